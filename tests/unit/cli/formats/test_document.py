"""The outcome of a check as JSON."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from oneplan.cli.formats.document import document
from oneplan.cli.formats.found import Found, NextRuns


def test_json_has_exactly_the_documented_form(problems):
    runs = (datetime(2026, 11, 25, 6, 0, tzinfo=ZoneInfo("Europe/Zurich")),)
    following = NextRuns("mail", (), "0 0 6 * * *", "cron 0 6 * * *", "at 06:00 every day", "Europe/Zurich", runs)
    found = Found(("dev", "prod"), problems[1:], (following,))

    assert json.loads(document(found, 0.12345)) == {
        "version": 1,
        "stacks": ["dev", "prod"],
        "errors": 1,
        "warnings": 1,
        "problems": [
            {
                "code": "WJ069",
                "severity": "error",
                "file": "jobs/stock sync/job.yaml",
                "line": 3,
                "column": 18,
                "message": '"API_TOKEN" looks like a secret; put it under secrets',
                "stacks": ["prod"],
            },
            {
                "code": "WJ060",
                "severity": "warning",
                "file": "oneplan.yaml",
                "line": 2,
                "column": 25,
                "message": "100% of memory: a,b]; c",
                "stacks": ["dev", "prod"],
            },
        ],
        "next_runs": [
            {
                "job": "mail",
                "stacks": ["dev", "prod"],
                "schedule": "0 0 6 * * *",
                "text": "cron 0 6 * * *",
                "words": "at 06:00 every day",
                "zone": "Europe/Zurich",
                "runs": ["2026-11-25T06:00:00+01:00"],
            }
        ],
        "seconds": 0.123,
    }


def test_a_file_name_that_is_no_text_is_still_json(problems):
    odd = Found(("dev",), (problems[0].__class__("jobs/\udcff/job.yaml", 1, 1, "WJ001", "x; y"),))

    text = document(odd, 0)

    assert text.isascii()
    assert json.loads(text)["problems"][0]["file"] == "jobs/\udcff/job.yaml"
