"""When a job's build has to run, and that packaging never runs it."""

from pathlib import Path

import pytest

from oneplan.errors import PackagingError
from oneplan.packaging.builds import builds_of


class Builder:
    """Writes a product, as a build command does, and remembers what it was asked."""

    def __init__(self, code: int = 0) -> None:
        self.asked: list[str] = []
        self.code = code

    def __call__(self, command: str, folder: Path) -> int:
        self.asked.append(command)
        (folder / "out").mkdir(exist_ok=True)
        (folder / "out" / "tidy.js").write_text("built\n")
        return self.code


@pytest.fixture
def job(project):
    project.write("jobs/tidy/tidy.ts", "source\n")
    return project.job(build="npm run build", script="out/tidy.js")


def trouble(project) -> str | None:
    (build,) = builds_of(project.manifest())
    return build.trouble()


def built(project, code: int = 0) -> Builder:
    builder = Builder(code)
    (build,) = builds_of(project.manifest())
    build.run(builder)
    return builder


def test_package_of_a_job_that_was_never_built_names_the_command(project, job):
    with pytest.raises(PackagingError) as error:
        project.build()

    assert str(error.value) == (
        "jobs/tidy/job.yaml: the build has not run; run `oneplan build tidy`, which runs `npm run build` there"
    )


def test_built_job_is_packaged_with_what_the_build_made(project, job):
    assert built(project).asked == ["npm run build"]

    assert trouble(project) is None
    assert project.build().files == 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda project: project.write("jobs/tidy/tidy.ts", "other\n"), "is older than jobs/tidy/tidy.ts"),
        (lambda project: project.write("jobs/tidy/new.ts", "new\n"), "is older than jobs/tidy/new.ts"),
        (lambda project: (project.root / "jobs/tidy/out/tidy.js").unlink(), "is older than jobs/tidy/out/tidy.js"),
        (lambda project: project.write("jobs/tidy/job.yaml", "trigger: {every: 5m}\n"), None),
        (lambda project: project.write("jobs/tidy/tidy.ts", "source\n"), None),
    ],
)
def test_build_is_stale_when_a_file_is_not_what_it_was(change, said, project, job):
    built(project)

    change(project)

    assert trouble(project) == said


def test_another_command_makes_a_build_stale(project, job):
    built(project)
    project.job(build="make", script="out/tidy.js")

    assert trouble(project) == "was made by another command"


def test_failed_build_is_told_and_not_taken_for_one(project, job):
    built(project)

    with pytest.raises(PackagingError) as error:
        built(project, code=2)

    assert str(error.value) == (
        "jobs/tidy/job.yaml: build `npm run build` failed with exit code 2; its messages are above"
    )
    assert trouble(project) == "has not run"


def test_jobs_without_a_command_have_no_build(project):
    project.job("plain", command="a")

    assert builds_of(project.manifest()) == ()
