"""Problems as SARIF 2.1.0."""

import json

from oneplan.cli.formats.sarif import sarif
from oneplan.errors import Problem
from oneplan.manifest.catalogue import Check

WRONG_APP = Check(
    code="WJ021",
    severity="error",
    title="an app that does not exist",
    cause="A job runs beside an app.",
    example="# jobs/a/job.yaml\napp: wrker\n",
    fix="Name an app of oneplan.yaml.",
    mended="# jobs/a/job.yaml\napp: worker\n",
    family="Names and references",
)
PAGES = "https://code.example/shop/blob/1a2b/docs/checks.md"


def log(problems, sources, **options) -> dict:
    return json.loads(sarif(problems, {"WJ021": WRONG_APP}, sources, version="0.1.0", **options))


def test_a_log_has_one_run_with_rules_and_results(problems, sources):
    told = log(problems[:1], sources, prefix="shop/", pages=PAGES)

    (run,) = told["runs"]
    (result,) = run["results"]
    fingerprint = result.pop("partialFingerprints")["oneplanProblem/v1"]
    assert len(fingerprint) == 64
    assert told == {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "oneplan",
                        "semanticVersion": "0.1.0",
                        "rules": [
                            {
                                "id": "WJ021",
                                "shortDescription": {"text": "an app that does not exist"},
                                "fullDescription": {"text": "A job runs beside an app."},
                                "help": {
                                    "text": (
                                        "A job runs beside an app.\n\n# jobs/a/job.yaml\napp: wrker\n\n"
                                        "Name an app of oneplan.yaml.\n\n# jobs/a/job.yaml\napp: worker\n"
                                    ),
                                    "markdown": (
                                        "A job runs beside an app.\n\n```yaml\n# jobs/a/job.yaml\napp: wrker\n```\n\n"
                                        "Name an app of oneplan.yaml.\n\n```yaml\n# jobs/a/job.yaml\napp: worker\n```\n"
                                    ),
                                },
                                "defaultConfiguration": {"level": "error"},
                                "helpUri": f"{PAGES}#wj021",
                            }
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
                "results": [
                    {
                        "ruleId": "WJ021",
                        "ruleIndex": 0,
                        "level": "error",
                        "message": {"text": 'app "wrker" does not exist; apps are worker'},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {
                                        "uri": "shop/jobs/stock%20sync/job.yaml",
                                        "uriBaseId": "%SRCROOT%",
                                    },
                                    "region": {"startLine": 1, "startColumn": 6},
                                }
                            }
                        ],
                    }
                ],
            }
        ],
    }


def test_rules_come_once_and_results_point_at_theirs(problems, sources):
    (run,) = log([*problems, problems[0]], sources)["runs"]

    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    results = [(result["ruleId"], rules[result["ruleIndex"]], result["level"]) for result in run["results"]]
    assert rules == ["WJ021", "WJ060", "WJ069"]
    assert results == [
        ("WJ021", "WJ021", "error"),
        ("WJ069", "WJ069", "error"),
        ("WJ060", "WJ060", "warning"),
        ("WJ021", "WJ021", "error"),
    ]
    assert all("helpUri" not in rule for rule in run["tool"]["driver"]["rules"])


def prints(problems, lines: list[str]) -> list[str]:
    (run,) = log(problems, lambda _: lines)["runs"]
    return [result["partialFingerprints"]["oneplanProblem/v1"] for result in run["results"]]


def test_a_fingerprint_stays_when_lines_above_come_and_go():
    before = prints([Problem("oneplan.yaml", 1, 6, "WJ021", "x; y")], ["app: wrker"])
    after = prints([Problem("oneplan.yaml", 3, 8, "WJ021", "x; y")], ["# new", "", "  app: wrker"])

    assert before == after


def test_two_alike_have_fingerprints_of_their_own():
    same = [Problem("oneplan.yaml", line, 1, "WJ021", "x; y") for line in (1, 2)]

    first, second = prints(same, ["app: wrker", "app: wrker"])

    assert first != second


def test_a_fingerprint_does_not_tell_a_secret():
    """A short secret could be found from its hash by trying."""
    problem = [Problem("oneplan.yaml", 1, 1, "WJ069", "x; y")]

    assert prints(problem, ["TOKEN: hunter2"]) == prints(problem, ["TOKEN: hunter3"])


def test_nothing_found_is_a_log_without_results(sources):
    (run,) = log([], sources)["runs"]

    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
