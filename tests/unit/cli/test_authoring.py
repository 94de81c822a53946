"""`oneplan init`, `new`, `fmt` and `import`, as their users meet them."""

import json
import zipfile
from pathlib import Path

import pytest

from oneplan.manifest import stacks, validate


def files_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def empty(tmp_path_factory, monkeypatch) -> Path:
    """An empty folder, and the command run in it."""
    folder = tmp_path_factory.mktemp("empty") / "Watch Shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("template", ["python", "node", "minimal"])
def test_a_new_project_is_sound_and_tidy_and_without_a_doubt(shell, empty, template):
    made = shell("init", "--template", template, "--time-zone", "Etc/UTC")

    assert (made.code, made.err.splitlines()[0]) == (
        0,
        "✓ watch-shop is there, in westeurope, its schedules in Etc/UTC",
    )
    report = validate(empty, stacks(empty))
    assert (report.problems, sorted(report.manifests)) == ((), ["dev", "prod"])
    assert shell("fmt", "--check").code == 0
    assert sorted(made.out.splitlines()) == sorted(files_of(empty))


def test_a_new_folder_is_made(shell, empty):
    made = shell("init", "shop", "--name", "tempus", "--location", "switzerlandnorth", "--time-zone", "Europe/Zurich")

    assert made.code == 0
    assert "next: cd shop && " in made.err
    (manifest,) = [validate(empty / "shop", ["dev"]).manifests["dev"]]
    assert (manifest.name, manifest.location, manifest.time_zone) == ("tempus", "switzerlandnorth", "Europe/Zurich")


def test_a_repository_with_a_readme_may_be_begun_and_keeps_it(shell, empty):
    (empty / ".git").mkdir()
    (empty / "README.md").write_text("mine")

    made = shell("init")

    assert made.code == 0
    assert (empty / "README.md").read_text() == "mine"
    assert "README.md was there and stays as it is" in made.err


def test_a_folder_with_other_things_is_left_alone_and_they_are_named(shell, empty):
    (empty / "app.py").write_text("mine")
    (empty / "notes").mkdir()

    made = shell("init")

    assert (made.code, made.err) == (
        1,
        "error .: is not empty, it holds app.py, notes; name an empty folder, or one to make\n",
    )
    assert files_of(empty) == {"app.py": b"mine"}


def test_a_project_is_not_begun_twice(shell):
    made = shell("init")

    assert (made.code, made.err) == (
        1,
        "error .: is a project already; add to it with `oneplan new`, or name another folder\n",
    )


def test_a_name_that_cannot_be_is_refused_before_anything_is_written(shell, empty):
    made = shell("init", "--name", "Watch Shop", "--time-zone", "Europe/Zürich")

    assert made.code == 1
    assert 'name "Watch Shop" may use a-z, 0-9 and single hyphens' in made.err
    assert 'time_zone: "Europe/Zürich" is not an IANA time zone' in made.err
    assert files_of(empty) == {}


def test_a_file_is_no_folder(shell, empty):
    (empty / "x").write_text("")

    assert shell("init", "x").err == "error x: is a file; name a folder that is empty, or one to make\n"


def test_a_queue_is_added_and_everything_else_stays(shell):
    before = files_of(shell.root)

    made = shell("new", "queue", "mails")

    assert (made.code, made.out) == (0, "oneplan.yaml\n")
    after = files_of(shell.root)
    added = set(after["oneplan.yaml"].splitlines()) - set(before["oneplan.yaml"].splitlines())
    assert len(added) == 1
    assert b"mails: {}" in added.pop()
    assert {name: text for name, text in after.items() if name != "oneplan.yaml"} == {
        name: text for name, text in before.items() if name != "oneplan.yaml"
    }


def test_a_job_is_added_with_a_program(shell):
    made = shell("new", "job", "nightly", "--trigger", "cron 0 3 * * *")

    assert (made.code, made.out.splitlines()) == (0, ["jobs/nightly/job.yaml", "jobs/nightly/nightly.py"])
    assert validate(shell.root, ["dev"]).manifests["dev"].jobs["nightly"].trigger.schedule == "0 0 3 * * *"


def test_a_job_goes_where_the_project_looks_for_jobs(shell, tmp_path_factory):
    (shell.root / "work").mkdir()
    (shell.root / "jobs").rename(shell.root / "work/jobs")
    manifest = shell.root / "oneplan.yaml"
    manifest.write_text(manifest.read_text() + "jobs: [work/jobs/*]\n")
    old = tmp_path_factory.mktemp("site") / "triggered/old"
    old.mkdir(parents=True)
    (old / "run.sh").write_text("echo")

    made = shell("new", "job", "nightly", "--trigger", "manual")
    imported = shell("import", str(old.parents[1]))

    assert made.out.splitlines() == ["work/jobs/nightly/job.yaml", "work/jobs/nightly/nightly.py"]
    assert imported.out == "triggered/old → work/jobs/old  {manual: true}\n"
    assert {"nightly", "old"} <= set(validate(shell.root, ["dev"]).manifests["dev"].jobs)
    moved = ("catalogue_reindex", "stock_sync", "thumbnails")  # their schema lines lead nowhere now
    assert shell("fmt", "--check").out.splitlines() == [f"work/jobs/{name}/job.yaml" for name in moved]


def test_patterns_that_take_no_new_folder_are_told(shell):
    manifest = shell.root / "oneplan.yaml"
    manifest.write_text(manifest.read_text() + "jobs: [jobs/stock_sync]\n")

    made = shell("new", "job", "nightly", "--trigger", "manual")

    assert (made.code, made.err) == (
        1,
        "error oneplan.yaml: jobs: no pattern there takes a new folder; add one such as jobs/*\n",
    )


def test_an_app_is_added_with_a_site(shell):
    made = shell("new", "app", "shop", "--kind", "api", "--language", "node")

    assert made.out.splitlines() == ["oneplan.yaml", "apps/shop/server.js", "apps/shop/package.json"]
    assert str(validate(shell.root, ["dev"]).manifests["dev"].apps["shop"].runtime) == "node:22-lts"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("job", "sender", "--trigger", "queue mails"), 3, "nothing was changed; it would bring the problems above"),
        (("job", "late", "--trigger", "cron 0 25 * * *"), 3, "25 is higher than the maximum allowable value"),
        (("table", "A_b"), 3, 'table name "A_b"'),
        (("queue", "thumbnails"), 1, '"thumbnails" is in queues already; choose another name'),
        (("job", "../../evil", "--trigger", "manual"), 1, 'job: name "../../evil" may use a-z, 0-9 and single hyphens'),
        (("app", "/etc/x"), 1, 'app: name "/etc/x" may use a-z, 0-9 and single hyphens'),
        (("job", "stock-sync", "--trigger", "manual"), 1, "is there already; nothing is overwritten"),
        (
            ("job", "x-y", "--trigger", "manual", "--app", "wrker"),
            1,
            'app "wrker": does not exist; did you mean "worker"?',
        ),
        (("job", "x-y"), 2, "what starts it? Write --trigger"),
        (("queue", "x-y", "--app", "worker"), 2, "--app belongs to job; leave it out"),
        (("app", "x-y", "--kind", "functions"), 1, "oneplan begins no Functions project"),
        (("app", "x-y", "--kind", "wob"), 1, "error --kind wob: write one of web, api, mobile, worker"),
    ],
)
def test_what_cannot_be_added_leaves_everything_as_it_was(shell, arguments, code, says):
    before = files_of(shell.root)

    made = shell("new", *arguments)

    assert made.code == code
    assert says in made.err
    assert files_of(shell.root) == before
    assert not (shell.root / "jobs/sender").exists()


def test_problems_that_were_there_do_not_stand_in_the_way(shell):
    shell.write({"jobs/old/job.yaml": "trigger: {every: 7m}\ncommand: python -m old\napp: worker\n"})

    assert shell("new", "queue", "mails").code == 0


def test_a_manifest_that_cannot_be_read_is_not_edited(shell):
    shell.write({"oneplan.yaml": "name: [\n"})

    made = shell("new", "queue", "mails")

    assert (made.code, made.err) == (
        1,
        "error oneplan.yaml: cannot be read; run `oneplan validate` and mend what it shows\n",
    )


def test_a_link_to_the_manifest_stays_a_link(shell):
    real = shell.root / "shared.yaml"
    (shell.root / "oneplan.yaml").rename(real)
    (shell.root / "oneplan.yaml").symlink_to(real)

    assert shell("new", "queue", "mails").code == 0
    assert (shell.root / "oneplan.yaml").is_symlink()
    assert "mails: {}" in real.read_text()


def test_files_are_tidied_and_named(shell):
    (shell.root / "jobs/stock_sync/job.yaml").write_bytes(
        b"app: worker  \r\ntrigger: {every: 15m} # kept\r\ncommand: python -m stock_sync\r\n\r\n"
    )

    before = shell("fmt", "--check")
    done = shell("fmt")
    after = shell("fmt")

    assert (before.code, before.out) == (1, "jobs/stock_sync/job.yaml\n")
    assert (done.code, done.out) == (0, "jobs/stock_sync/job.yaml\n")
    assert (after.code, after.out, after.err) == (0, "", "✓ 5 files are tidy\n")
    assert (shell.root / "jobs/stock_sync/job.yaml").read_text() == (
        "# yaml-language-server: $schema=../../schemas/job.schema.json\n"
        "app: worker\ntrigger: {every: 15m} # kept\ncommand: python -m stock_sync\n"
    )


def test_a_project_in_a_subfolder_finds_the_schemas_at_the_repositorys_root(shell, monkeypatch):
    inner = shell.root / "shops" / "geneva"
    shell.write({f"shops/geneva/{name}": (shell.root / name).read_text() for name in ("oneplan.yaml", "Pulumi.yaml")})
    shell.write({"schemas/oneplan.schema.json": "{}", "schemas/job.schema.json": "{}"})
    shell.write({"shops/geneva/jobs/tidy/job.yaml": "trigger: {manual: true}\ncommand: x\napp: worker\n"})
    monkeypatch.chdir(inner)

    assert shell("fmt").code == 0
    assert shell("new", "job", "mails", "--trigger", "manual").code == 0

    mark = "# yaml-language-server: $schema="
    assert [(inner / name).read_text().splitlines()[0] for name in ("oneplan.yaml", "jobs/tidy/job.yaml")] == [
        f"{mark}../../schemas/oneplan.schema.json",
        f"{mark}../../../../schemas/job.schema.json",
    ]
    assert (inner / "jobs/mails/job.yaml").read_text().startswith(f"{mark}../../../../schemas/job.schema.json\n")


def test_a_file_that_cannot_be_read_does_not_keep_the_others_untidy(shell):
    shell.write({"jobs/stock_sync/job.yaml": "trigger: [\n", "jobs/thumbnails/job.yaml": "trigger: {manual: true}  \n"})

    done = shell("fmt")

    assert (done.code, done.out) == (3, "jobs/thumbnails/job.yaml\n")
    assert "jobs/stock_sync/job.yaml:" in done.err


SITE = {
    "triggered/Nightly/work.sh": "echo nightly\n",
    "triggered/Nightly/settings.job": json.dumps({"schedule": "0 0 3 * * *", "timeout": 9}),
    "triggered/py_job/run.py": "print(1)\n",
    "triggered/py_job/settings.job": "{schedule: '0 */15 * * * *', // often\n}",
    "continuous/node/run.js": "setInterval(() => {}, 1000)\n",
    "continuous/node/settings.job": '{"is_singleton": true, "stopping_wait_time": 60}',
    "continuous/php/bin/run.php": "<?php\n",
    "triggered/win/run.exe": "MZ\0\r\n",
    "triggered/win/start.cmd": "start\r\n",
    "triggered/win/disable.job": "",
    "triggered/nothing/readme.txt": "none",
}


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_five_kinds_of_jobs_are_imported(shell, tmp_path_factory, form):
    site = tmp_path_factory.mktemp("site")
    if form == "folder":
        for name, text in SITE.items():
            path = site / "wwwroot/App_Data/jobs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    else:
        with zipfile.ZipFile(site / "site.zip", "w") as archive:
            for name, text in SITE.items():
                archive.writestr(f"site/wwwroot/App_Data/jobs/{name}", text)

    done = shell("import", str(site if form == "folder" else site / "site.zip"))

    assert done.code == 1  # one of the six is no job
    assert done.out.splitlines() == [
        "continuous/node → jobs/node  {always: true}",
        "continuous/php → jobs/php  {always: true}",
        'triggered/Nightly → jobs/nightly  {cron: "0 3 * * *"}',
        "triggered/py_job → jobs/py_job  {every: 15m}",
        "triggered/win → jobs/win  {manual: true}",
    ]
    assert "error triggered/nothing: holds nothing that App Service starts" in done.err
    assert 'note triggered/Nightly: settings.job: "timeout" means nothing to App Service and is left out' in done.err
    assert (shell.root / "jobs/win/run.exe").read_bytes() == b"MZ\0\r\n"
    assert (shell.root / "jobs/php/run.php").read_text() == "<?php\n"
    assert not list(shell.root.glob("jobs/*/settings.job"))
    jobs = validate(shell.root, ["dev"]).manifests["dev"].jobs
    assert (jobs["node"].script, jobs["node"].instances, jobs["node"].stop_grace.seconds) == (None, "one", 60)
    assert (jobs["nightly"].script, jobs["nightly"].trigger.schedule) == ("work.sh", "0 0 3 * * *")
    assert (jobs["php"].instances, jobs["win"].enabled) == ("all", False)


def test_what_the_manifest_makes_of_an_imported_job_is_shown(shell, tmp_path_factory):
    site = tmp_path_factory.mktemp("site")
    (site / "triggered/mailer").mkdir(parents=True)
    (site / "triggered/mailer/work.js").write_text("")

    done = shell("import", str(site))

    assert done.code == 3
    assert "jobs/mailer/job.yaml:3:9: " in done.err


def test_an_import_overwrites_nothing_and_is_whole_or_not_at_all(shell, tmp_path_factory):
    site = tmp_path_factory.mktemp("site")
    for name in ("triggered/a-b/run.sh", "triggered/stock_sync/run.sh"):
        (site / name).parent.mkdir(parents=True)
        (site / name).write_text("echo")
    before = files_of(shell.root)

    done = shell("import", str(site))

    assert (done.code, done.err) == (
        1,
        "error jobs/stock_sync: there already; nothing is overwritten, move it away or rename it first\n",
    )
    assert files_of(shell.root) == before
    assert not (shell.root / "jobs/a_b").exists()


def test_two_jobs_of_one_name_are_not_both_imported(shell, tmp_path_factory):
    site = tmp_path_factory.mktemp("site")
    for name in ("triggered/Mail_it/run.sh", "continuous/mail-it/run.sh"):
        (site / name).parent.mkdir(parents=True)
        (site / name).write_text("echo")

    done = shell("import", str(site))

    assert done.code == 1
    assert (
        'error triggered/Mail_it: would be called "mail-it", as continuous/mail-it is; rename one of the two folders\n'
        in done.err
    )
