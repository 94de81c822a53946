"""`oneplan next`."""

import json
from datetime import UTC, datetime

import pytest

from oneplan.cli.schedules import checked_zone, notes, table
from oneplan.cli.styled import paint
from oneplan.timeline import of_text

NOW = datetime(2026, 10, 24, 19, tzinfo=UTC)
MAIL = {
    "jobs/mail/job.yaml": "app: worker\ntrigger: {cron: '0 6 * * Mon-Fri'}\ncommand: python -m mail\n",
    "jobs/mail/mail.py": "",
}


def drawn(*texts: str, zone: str = "Europe/Zurich", shown_in: str = "Europe/Zurich", width: int | None = None) -> str:
    found = [of_text(text, zone, NOW, 2, name=f"job-{number}") for number, text in enumerate(texts)]
    return paint(table(found, shown_in, checked_zone(shown_in), width), colour=False)


def test_the_next_runs_come_with_words_and_utc():
    assert drawn("0 6 * * *", "every 12h", "0 0 30 2 *") == (
        "JOB    NEXT RUNS (Europe/Zurich)  UTC       SCHEDULE\n"
        "job-0  Sun 25 Oct 2026 06:00:00   05:00:00  at 06:00 every day\n"
        "       Mon 26 Oct 2026 06:00:00   05:00:00\n"
        "job-1  Sun 25 Oct 2026 00:00:00   22:00:00  at 00:00 and 12:00 every day\n"
        "       Sun 25 Oct 2026 12:00:00   11:00:00\n"
        "job-2  never                                never fires\n"
    )


def test_a_run_that_a_change_of_clocks_moves_says_so():
    assert drawn("30 2 * * *") == (
        "JOB    NEXT RUNS (Europe/Zurich)  UTC       SCHEDULE\n"
        "job-0  Sun 25 Oct 2026 02:30:00   01:30:00  at 02:30 every day\n"
        "                                            02:30 happens twice on that day; runs at the second\n"
        "       Mon 26 Oct 2026 02:30:00   01:30:00\n"
    )


def test_another_zone_changes_the_times_shown_and_not_the_schedule():
    assert drawn("0 6 * * *", shown_in="America/New_York").splitlines()[:2] == [
        "JOB    NEXT RUNS (America/New_York)  UTC       SCHEDULE",
        "job-0  Sun 25 Oct 2026 01:00:00      05:00:00  at 06:00 every day (Europe/Zurich)",
    ]


def test_words_go_where_there_is_no_room_for_them():
    assert drawn("0 6 * * *", width=50).splitlines()[1] == "job-0  Sun 25 Oct 2026 06:00:00   05:00:00"


def test_one_schedule_is_told_with_what_is_doubtful_and_the_years_changes():
    found = of_text("0 2-1 * * *", "Europe/Zurich", NOW, 1)

    assert paint(notes([found], checked_zone("UTC"), is_one=True), colour=False).splitlines() == [
        "note hour 2-1 is read as 1 to 2: App Service swaps a reversed range; to go past the end write 2-23,0-1",
        (
            "clock change Sun 25 Oct 2026, clocks go from 03:00 back to 02:00: 02:00 comes twice; "
            "only the second time counts"
        ),
        "clock change Sun 28 Mar 2027, clocks go from 02:00 to 03:00: no 02:00 on that day; runs at 03:00",
    ]


def test_all_scheduled_jobs_are_shown(shell):
    shell.write(MAIL)

    result = shell("next", "--count", "1")

    assert (result.code, result.err) == (0, "")
    assert sorted(line.split()[0] for line in result.out.splitlines()) == ["JOB", "mail", "stock-sync"]


def test_one_job_in_json(shell):
    shell.write(MAIL)

    (told,) = json.loads(shell("next", "mail", "-n", "4", "--json").out)["schedules"]

    assert {key: told[key] for key in ("job", "text", "schedule", "words", "zone", "remarks", "clock_changes")} == {
        "job": "mail",
        "text": "cron 0 6 * * Mon-Fri",
        "schedule": "0 0 6 * * Mon-Fri",
        "words": "at 06:00 from Monday to Friday",
        "zone": "Europe/Zurich",
        "remarks": [],
        "clock_changes": [],
    }
    assert [datetime.fromisoformat(run["at"]).hour for run in told["runs"]] == [6] * 4
    assert all(datetime.fromisoformat(run["at"]) == datetime.fromisoformat(run["utc"]) for run in told["runs"])


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ("thumbnails", "thumbnails has no schedule; it runs all the time (trigger queue thumbnails)\n"),
        (
            "catalogue_reindex",
            "catalogue-reindex has no schedule; it is started by hand: oneplan jobs run catalogue-reindex\n",
        ),
    ],
)
def test_a_job_without_schedule_says_what_starts_it(shell, job: str, expected: str):
    result = shell("next", job)

    assert (result.code, result.out, result.err) == (0, expected, "")


def test_a_text_needs_no_project(shell):
    (shell.root / "oneplan.yaml").unlink()

    told = json.loads(shell("next", "--cron", "*/5 * * * *", "--json").out)

    assert (told["zone"], told["schedules"][0]["words"]) == ("UTC", "every 5 minutes")


def test_a_text_is_read_in_the_owners_zone(shell):
    assert json.loads(shell("next", "--cron", "15m", "--json").out)["zone"] == "Europe/Zurich"


def test_a_text_beside_a_broken_manifest_is_read_in_utc_with_a_note(shell):
    shell.write({"oneplan.yaml": "version: [\n"})

    result = shell("next", "--cron", "15m", "--json")

    assert (result.code, json.loads(result.out)["zone"], result.err) == (
        0,
        "UTC",
        "note the manifest has problems, so the schedule is read in UTC; run `oneplan validate`, or give --zone\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope"], "job nope: there is none of that name; jobs are catalogue-reindex, stock-sync, thumbnails"),
        (["stock-sink"], 'job stock-sink: there is none of that name; did you mean "stock-sync"?'),
        (["--zone", "Zurich"], '--zone: "Zurich" is not an IANA time zone; did you mean "Europe/Zurich"?'),
        (
            ["--cron", "0 99 * * *"],
            (
                "--cron: 99 is higher than the maximum allowable value for the [Hour] field. "
                "Value must be between 0 and 23 (all inclusive)."
            ),
        ),
        (["--cron", "7m"], "--cron: 7m does not divide a minute, an hour or a day; nearest: 6m or 10m"),
        (["stock-sync", "--cron", "15m"], "--cron: a job has its schedule already; give either JOB or --cron"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_line(shell, arguments: list[str], message: str):
    result = shell("next", *arguments)

    assert (result.code, result.out, result.err) == (2, "", f"error {message}\n")
