"""Queues, variables, secrets, sites and the plan: what is fine, and the less usual faults."""

import pytest

JOB = "trigger: {manual: true}\ncommand: x\n"
READER = "trigger: {queue: thumbnails}\ncommand: x\n"


def told(project, code: str) -> list[str]:
    return [str(one).partition(f"{code} ")[2] for one in project.found() if one.code == code]


def test_a_queue_with_reader_sender_and_alert_is_fine(project):
    project.job(READER).replace("keep: 7d}", "keep: 7d, alert: {poison: 1}}")

    assert [one for code in ("WJ063", "WJ064", "WJ065", "WJ066", "WJ068") for one in told(project, code)] == []


def test_writing_counts_as_sending_and_reading_as_taking(project):
    project.replace("queues: {", "queues: {orders: {}, ")
    project.job(f"{JOB}uses: {{orders: write}}\n", "writer").job(f"{JOB}uses: {{orders: read}}\n", "taker")

    assert [one for one in told(project, "WJ064") if "orders" in one] == []


def test_a_delay_must_end_before_the_message_vanishes(project):
    project.replace("keep: 7d", "keep: 1h, delay: 2h")

    assert told(project, "WJ067") == [
        "keep 1h is not longer than delay 2h; messages would vanish before they can be read, make it longer"
    ]


@pytest.mark.parametrize("place", ["queues", "budget"])
def test_groups_of_queues_and_the_budget_must_exist(project, place: str):
    if place == "queues":
        project.replace("keep: 7d", "keep: 7d, alert: {poison: 1, notify: [oops]}")
    else:
        project.replace("tags: {owner", "budget: {monthly: 500, notify: [oops]}\ntags: {owner")

    assert told(project, "WJ024") == ['notify group "oops" does not exist; groups are ops']


def test_references_in_slots_and_domains_must_lead_somewhere(project):
    project.replace("{jobs: stopped}", '{jobs: stopped, env: {A: "${apps.no.url}", WEBSITE_X: y}}')

    assert told(project, "WJ025") == ['reference "${apps.no.url}" points to nothing; did you mean "${apps.api.url}"?']
    assert told(project, "WJ028") == ['variable "WEBSITE_X" uses the reserved prefix WEBSITE_; choose another name']


def test_no_message_shows_a_secret(project):
    project.job(
        "trigger: {manual: true}\ncommand: sync --url=https://x/y?sig=hunter2 && true\nretries: password=hunter2\n"
    )
    project.replace("{API_URL:", "{URL: 'postgres://a:hunter2@db', KEY: [AccountKey=hunter2], API_URL:")

    found = [str(one) for one in project.found()]

    assert len([one for one in found if "WJ069" in one]) == 2
    assert [one for one in found if "hunter2" in one] == []


@pytest.mark.parametrize("value", ["${stack}", "''"])
def test_a_secrets_name_without_a_secret_is_fine(project, value: str):
    project.job(f'{JOB}env: {{API_TOKEN: "{value}"}}\n' if value != "''" else f"{JOB}env: {{API_TOKEN: ''}}\n")

    assert told(project, "WJ069") == []


def test_a_jobs_secret_is_looked_up_like_an_apps(project):
    project.job(f"{JOB}secrets: {{A: 'stack:a', B: hunter2}}\n")

    assert told(project, "WJ070") == ['secret "B" must be vault:<name> or stack:<key>, not a value']
    assert len(told(project, "WJ072")) == 1


def test_one_secret_may_be_shared_and_two_apps_do_not_mind(project):
    project.job(f"{JOB}secrets: {{A: 'vault:a'}}\n", "one").job(f"{JOB}secrets: {{A: 'vault:a'}}\n", "two")
    project.job(f"{JOB}app: api\nsecrets: {{A: 'vault:other'}}\n", "three")

    assert told(project, "WJ071") == []


def test_a_jobs_secret_and_its_apps_variable_are_one_setting(project):
    project.replace("worker: {kind: worker,", "worker: {kind: worker, env: {A: b},")
    project.job(f"{JOB}secrets: {{A: 'vault:a'}}\n")

    assert told(project, "WJ071") == ['secret A of extra is also under env of app "worker", which has one; keep one']


@pytest.mark.parametrize(
    ("old", "new", "code", "expected"),
    [
        (
            "kind: worker,",
            "kind: worker, domains: [a.example.com],",
            "WJ107",
            'worker "worker" has no site that could answer to a.example.com; remove it',
        ),
        (
            "kind: worker,",
            "kind: worker, cors: ['*'],",
            "WJ108",
            'worker "worker" has no site that pages could call; remove cors',
        ),
        (
            "{staging: {jobs: stopped}}",
            "{s1: {}, s2: {}, s3: {}, s4: {}, s5: {}, s6: {}}",
            "WJ100",
            "6 slots on a plan S1; Standard has 5 at most, remove some",
        ),
        (
            "instances: 1",
            "instances: 5, autoscale: {min: 1, max: 3}",
            "WJ101",
            "instances 5 is outside autoscale's 1 to 3; remove instances, autoscale sets it",
        ),
        (
            "instances: 1",
            "autoscale: {min: 1, max: 30}",
            "WJ014",
            "plan.autoscale.max: 30 is outside 1 to 10 for S1",
        ),
        (
            "instances: 1",
            "instances: 3, zone_redundant: true",
            "WJ102",
            "plan S1 cannot be zone redundant; that needs Premium or Isolated, such as P1v3",
        ),
    ],
)
def test_the_less_usual_faults(project, old: str, new: str, code: str, expected: str):
    assert told(project.replace(old, new), code) == [expected]


def test_running_slots_without_jobs_beside_the_app_are_fine(project):
    project.replace("{jobs: stopped}", "{jobs: running}")

    assert told(project, "WJ080") == []


def test_a_size_with_a_fault_says_nothing_about_limits(project):
    project.replace("sku: S1", "sku: S9").replace("instances: 1", "instances: 50, zone_redundant: true")

    assert [str(one)[:24] for one in project.found() if one.severity == "error"] == ["oneplan.yaml:7:24: WJ015"]


def test_a_circle_is_told_once_and_not_for_those_that_only_need_it(project):
    project.replace(
        "  worker: {kind: worker,",
        '  one: {kind: worker, runtime: python:3.13, env: {A: "${apps.two.url}", B: "${apps.api.url}"}}\n'
        '  two: {kind: worker, runtime: python:3.13, env: {A: "${apps.one.url}"}}\n'
        '  worker: {kind: worker, env: {A: "${apps.one.url}"},',
    )

    assert told(project, "WJ026") == ["references form a circle: one -> two -> one; take one of them out"]


def test_a_long_name_is_cut_in_a_message(project):
    project.job(f"trigger: {{manual: true}}\ncommand: python -m {'a' * 5000}\n")

    assert all(len(str(one)) < 300 for one in project.found())
