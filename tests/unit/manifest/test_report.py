"""All problems of all stacks in one pass."""

from oneplan.manifest import validate
from tests.unit.manifest.conftest import TODAY


def test_a_problem_of_every_stack_is_told_once(project):
    project.replace("health: /healthz", "helth: /healthz")

    report = validate(project.root, ("dev", "prod"), today=TODAY)

    assert [(str(one), one.stacks) for one in report.problems if one.severity == "error"] == [
        ('oneplan.yaml:18:5: WJ010 unknown key "helth"; did you mean "health"?', ())
    ]
    assert report.manifests == {}


def test_a_problem_of_one_stack_names_it_and_leaves_the_other_alone(project):
    project.overrides("plan: {instances: 900}", "prod")

    report = validate(project.root, ("dev", "prod"), today=TODAY)

    errors = [one for one in report.problems if one.severity == "error"]
    assert [(one.file, one.code, one.stacks) for one in errors] == [("Pulumi.prod.yaml", "WJ014", ("prod",))]
    assert list(report.manifests) == ["dev"]


def test_jobs_that_no_override_touches_are_the_same_values_in_all_stacks(project):
    project.job("trigger: {manual: true}\ncommand: echo done\n").overrides("jobs: {stock-sync: {timeout: 7m}}", "prod")

    found = validate(project.root, ("dev", "prod"), today=TODAY).manifests

    assert found["dev"].jobs["extra"] is found["prod"].jobs["extra"]
    assert found["dev"].jobs["stock-sync"] != found["prod"].jobs["stock-sync"]


def test_a_qualified_name_and_a_name_twice_mean_one_stack(project):
    report = validate(project.root, ("dev", "me/shop/dev"), today=TODAY)

    assert list(report.manifests) == ["dev"]
    assert all(one.stacks == () for one in report.problems)


def test_without_a_project_file_the_reason_is_all_there_is(tmp_path):
    report = validate(tmp_path, ("dev",))

    assert [one.code for one in report.problems] == ["WJ005"]
    assert report.manifests == {}


def test_thousands_of_errors_end_with_the_first_hundreds(project):
    env = ", ".join(f"k{number}: ''" for number in range(3000))
    project.replace("tags: {owner: web-team}", f"tags: {{owner: web-team}}\n{env.replace(', ', chr(10))}")

    report = validate(project.root, ("dev",), today=TODAY)

    assert 500 <= len(report.problems) < 520
