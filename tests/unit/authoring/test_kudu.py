"""From a WebJob to a job of ours, and what is told about it."""

import io
import json

import pytest

from oneplan.authoring.kudu import Carried, carry, chosen_script, proper_name, trigger_of
from oneplan.authoring.sites import JobType, SiteFile, SiteJob


def site_file(name: str, content: str) -> SiteFile:
    data = content.encode()
    return SiteFile(name, len(data), False, lambda: io.BytesIO(data))


def carried(
    files: dict[str, str], *, kind: JobType = "triggered", name: str = "nightly", windows: bool = False
) -> Carried:
    job = SiteJob(kind, name, {path: site_file(path, content) for path, content in files.items()})
    result = carry(job, is_windows=windows)
    assert isinstance(result, Carried), result
    return result


def settings(**values: object) -> dict[str, str]:
    return {"run.sh": "echo", "settings.job": json.dumps(values)}


def test_everything_that_can_be_carried_is():
    job = carried(settings(is_singleton=True, stopping_wait_time=60) | {"disable.job": ""}, kind="continuous")

    assert job.fields == {"trigger": {"always": True}, "instances": "one", "stop_grace": "60s", "enabled": False}
    assert job.notes == ()
    assert list(job.files) == ["run.sh"]


def test_a_continuous_job_that_is_no_singleton_stays_on_all_instances():
    assert carried({"run.sh": ""}, kind="continuous").fields == {"trigger": {"always": True}, "instances": "all"}


def test_a_job_without_schedule_is_started_by_hand():
    assert carried({"run.sh": ""}).fields == {"trigger": {"manual": True}}


@pytest.mark.parametrize(
    ("schedule", "trigger"),
    [
        ("0 */15 * * * *", {"every": "15m"}),
        ("0 0,15,30,45 * * * *", {"every": "15m"}),
        ("*/10 * * * * *", {"every": "10s"}),
        ("0 0 * * * *", {"every": "1h"}),
        ("0 0 */6 * * *", {"every": "6h"}),
        ("0 0 6 * * *", {"cron": "0 6 * * *"}),
        ("0  30 9   * * Mon-Fri", {"cron": "30 9 * * Mon-Fri"}),
        ("30 0 6 * * *", {"cron": "30 0 6 * * *"}),
        ("0 */7 * * * *", {"cron": "*/7 * * * *"}),
    ],
)
def test_a_schedule_is_an_interval_or_a_cron_text(schedule, trigger):
    assert trigger_of(schedule) == trigger


@pytest.mark.parametrize(
    ("values", "note"),
    [
        (
            {"schedule": "0 0 25 * * *"},
            (
                'schedule "0 0 25 * * *" never fired: 25 is higher than the maximum allowable value for the [Hour]'
                " field. Value must be between 0 and 23 (all inclusive); the job is started by hand now"
            ),
        ),
        (
            {"schedule": "0 0 0 31 2 *"},
            'schedule "0 0 0 31 2 *" never fires, for no such day exists; the job is started by hand now',
        ),
        ({"schedule": 5}, "settings.job: schedule is 5, not a text, so App Service goes by its default"),
        (
            {"stopping_wait_time": "60"},
            'settings.job: stopping_wait_time is "60", not a whole number, so App Service goes by its default',
        ),
        (
            {"stopping_wait_time": True},
            "settings.job: stopping_wait_time is true, not a whole number, so App Service goes by its default",
        ),
        ({"stopping_wait_time": 0}, "settings.job: stopping_wait_time 0 became 1; stop_grace takes 1 to 1800 s"),
        ({"is_singleton": True}, "settings.job: is_singleton means nothing for a triggered job and is left out"),
        (
            {"is_in_place": True},
            "settings.job: is_in_place has no place in job.yaml and is left out; App Service decides by the script",
        ),
        ({"timeout": 5}, 'settings.job: "timeout" means nothing to App Service and is left out'),
    ],
)
def test_what_cannot_be_carried_is_told(values, note):
    assert carried(settings(**values)).notes == (note,)


def test_settings_are_read_as_leniently_as_app_service_does():
    text = "{ // nightly\n  schedule: '0 0 3 * * *', /* c */\n  \"stopping_wait_time\": 5,\n}"

    assert carried({"run.sh": "", "settings.job": text}).fields == {
        "trigger": {"cron": "0 3 * * *"},
        "stop_grace": "5s",
    }


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("/*\n*/ {", "settings.job cannot be read (it is no JSON, at line 2), so App Service goes by none of it"),
        ("[1]", "settings.job is no JSON object, so App Service goes by none of it"),
        ("[" * 100_000, "settings.job cannot be read (it is nested too deeply), so App Service goes by none of it"),
    ],
)
def test_settings_that_nobody_reads_are_told(text, note):
    assert carried({"run.sh": "", "settings.job": text}).notes == (note,)


def test_an_empty_settings_file_says_nothing():
    assert carried({"run.sh": "", "settings.job": "null"}).notes == ()


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["a.py", "run.js", "run.sh"], "run.sh"),
        (["run.sh", "Run.CMD"], "Run.CMD"),
        (["run.php", "run.py"], "run.py"),
        (["b.cmd", "a.cmd", "run.py"], "run.py"),
        (["a.js", "b.exe"], "b.exe"),
        (["readme.txt"], None),
        (["project.json", "run.fsx"], None),
        (["project.json", "run.js"], "run.js"),
    ],
)
def test_the_file_that_runs_is_the_one_kudu_would_take(names, chosen):
    assert chosen_script(names) == chosen


def test_a_file_that_is_not_called_run_is_named():
    assert carried({"work.py": "", "notes.txt": ""}).fields["script"] == "work.py"


def test_a_windows_program_on_a_linux_plan_is_told():
    assert carried({"run.cmd": ""}).notes == (
        "run.cmd runs on Windows only and the plan is Linux; set plan.os to windows, or port it",
    )
    assert carried({"run.cmd": ""}, windows=True).notes == ()


def test_a_folder_in_a_folder_is_opened_and_told():
    job = carried(
        {"publish/app/run.sh": "", "publish/app/lib/x": "", "publish/app/settings.job": '{"schedule": "0 0 3 * * *"}'}
    )

    assert list(job.files) == ["run.sh", "lib/x"]
    assert job.fields == {"trigger": {"cron": "0 3 * * *"}}
    assert job.notes == (
        "its files were in publish/app/ and stand in the job's folder now, where App Service starts them",
    )


def test_a_name_that_cannot_be_is_changed_and_told():
    job = carried({"run.sh": ""}, name="Stock_Sync2")

    assert (job.name, job.folder) == ("stock-sync2", "stock_sync2")
    assert job.notes == (
        'is called "stock-sync2" here; addresses and scripts that name "Stock_Sync2" need the new name',
    )


@pytest.mark.parametrize(
    ("name", "proper"),
    [("SendMail", "send-mail"), ("42 things!", "things"), ("a.b--c", "a-b-c"), ("é", None), ("x" * 60, "x" * 40)],
)
def test_names_follow_the_manifests_rules(name, proper):
    assert proper_name(name) == proper


@pytest.mark.parametrize(
    ("files", "name", "reason"),
    [
        (
            {"readme.txt": ""},
            "x1",
            "holds nothing that App Service starts (run.cmd, run.sh, run.py …), so it never ran; give it one",
        ),
        ({"run.sh": "", "job.yaml": ""}, "x1", "has a job.yaml of its own, where oneplan writes one; rename it"),
        ({"run.sh": ""}, "!", "its name has nothing that could be a name here; rename the folder to 2 to 40 letters"),
    ],
)
def test_what_is_no_job_is_said_why(files, name, reason):
    job = SiteJob("triggered", name, {path: site_file(path, text) for path, text in files.items()})

    assert carry(job, is_windows=False) == reason
