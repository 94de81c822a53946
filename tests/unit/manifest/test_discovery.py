"""Where job folders are looked for."""

import pytest

from oneplan.manifest import discovery

JOB = "trigger: {manual: true}\ncommand: echo done\n"


def jobs(project, patterns: str) -> list[str]:
    project.replace("version: 1\n", f"version: 1\njobs: {patterns}\n")
    return [job.folder.relative_to(project.root).as_posix() for job in project.load().jobs.values()]


def test_patterns_take_the_place_of_the_usual_folder(project):
    for folder in ("work/a_b", "work/deep/cc", "apps/api/jobs/dd", "jobs/ee"):
        project.write(f"{folder}/job.yaml", JOB)

    assert jobs(project, '["work/*", "apps/*/jobs/*"]') == ["apps/api/jobs/dd", "work/a_b"]


def test_two_stars_mean_any_depth_and_each_folder_counts_once(project):
    for folder in ("work/aa", "work/deep/bb", "work/node_modules/cc", "work/.hidden/dd"):
        project.write(f"{folder}/job.yaml", JOB)

    assert jobs(project, '["work/**", "work/aa", "**/deep/*"]') == ["work/aa", "work/deep/bb"]


def test_a_circle_of_links_is_walked_once(project):
    project.write("work/aa/job.yaml", JOB)
    (project.root / "work/aa/again").symlink_to(project.root / "work")

    assert jobs(project, '["work/**"]') == ["work/aa"]


def test_one_name_from_two_folders_is_told(project):
    project.write("work/stock_sync/job.yaml", JOB)
    project.replace("version: 1\n", 'version: 1\njobs: ["jobs/*", "work/*"]\n')

    assert project.problems() == [
        (
            'work/stock_sync/job.yaml:1:1: WJ019 job name "stock-sync" is used twice: also in '
            "jobs/stock_sync/job.yaml; set `name:` in one of them"
        )
    ]


@pytest.mark.parametrize("pattern", ["/etc/*", "../*", "a/../bb", "''", ".", "7", "null", "{a: b}"])
def test_what_is_no_pattern_of_folders_in_the_project_is_told(project, pattern: str):
    project.replace("version: 1\n", f"version: 1\njobs: [{pattern}]\n")

    assert any(
        "WJ012 jobs" in line and "is not a pattern of folders in the project; write one such as jobs/*" in line
        for line in project.problems()
    )


def test_no_jobs_at_all_is_fine(tmp_path):
    assert discovery.folders(str(tmp_path), discovery.DEFAULT) == []
