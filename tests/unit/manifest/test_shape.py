"""Unknown keys, missing keys, wrong types and values out of range: where they are and what would be right."""

import pytest


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("health: /healthz", "helth: /healthz", '18:5: WJ010 unknown key "helth"; did you mean "health"?'),
        ("keep: 7d", "kep: 7d", '27:47: WJ010 unknown key "kep"; did you mean "keep"?'),
        ("sku: S1", "skuu: B2", '7:19: WJ010 unknown key "skuu"; did you mean "sku"?'),
        (
            "kind: worker, ",
            "",
            '25:3: WJ011 missing key "kind" in apps.worker; add it, for example kind: web',
        ),
        (
            "email: ops@watches.example",
            "",
            "30:15: WJ083 notify.ops: has no address; add an email, for example email: ops@example.com, or a webhook",
        ),
        ("version: 1", "verzion: 1", '1:1: WJ010 unknown key "verzion"; did you mean "version"?'),
        (
            "instances: 1",
            "instances: two",
            '7:39: WJ012 plan.instances: expected a whole number, found "two"',
        ),
        (
            "instances: 1",
            "instances: 1.5",
            "7:39: WJ012 plan.instances: expected a whole number, found 1.5",
        ),
        ("instances: 1", "instances: 0", "7:39: WJ014 plan.instances: 0 is outside 1 to 100"),
        (
            "instances: 1",
            "instances: true",
            "7:39: WJ012 plan.instances: expected a whole number, found true",
        ),
        (
            "public: false",
            "public: no",
            '28:43: WJ012 containers.thumbs.public: expected true or false, found "no"',
        ),
        (
            "sends: [thumbnails]",
            "sends: thumbnails",
            (
                '20:12: WJ012 apps.storefront.sends: expected a list, found "thumbnails"; '
                "for example sends: [thumbnails]"
            ),
        ),
        (
            "tags: {owner: web-team}",
            "tags: {owner: 3.10}",
            '5:15: WJ017 tags.owner: 3.10 was read as a number; put it in quotes: "3.10"',
        ),
        (
            "tags: {owner: web-team}",
            "tags: {owner: true}",
            '5:15: WJ017 tags.owner: true was read as true or false; put it in quotes: "true"',
        ),
        ("tags: {owner: web-team}", "tags: [a]", "5:7: WJ012 tags: expected a map, found a list"),
        (
            "lease: 5m",
            "lease: 5",
            '27:43: WJ013 queues.thumbnails.lease: "5" is not a duration; write a whole',
        ),
        ("lease: 5m", "lease: 8d", "27:43: WJ014 queues.thumbnails.lease: 8d is outside 1s to 7d"),
        (
            "kind: web\n",
            "kind: wep\n",
            '14:11: WJ015 apps.storefront.kind: "wep" is not one of web, api, mobile',
        ),
        (
            "{photos: write}",
            "{photos: rw}",
            '21:20: WJ015 apps.storefront.uses.photos: "rw" is not one of read, write',
        ),
        ("sku: S1", "sku: B9", '7:24: WJ015 plan.sku: "B9" is not a plan size; write one such as B1'),
        (
            "location: switzerlandnorth",
            "location: Switzerland North",
            (
                '3:11: WJ015 location: "Switzerland North" is not a region\'s short name; '
                'did you mean "switzerlandnorth"?'
            ),
        ),
        (
            "version: 1",
            "version: 2",
            "1:10: WJ006 version: 2 is newer than this tool understands (1); upgrade it",
        ),
        ("version: 1", 'version: "1"', '1:10: WJ012 version: expected the number 1, found "1"'),
        (
            "ops@watches.example",
            "ops",
            '30:23: WJ083 notify.ops.email: "ops" is not a mail address; write one such as ops@example.com',
        ),
        (
            "runtime: python:3.13\n    command",
            "runtime: pyton:3.13\n    command",
            '16:14: WJ015 apps.storefront.runtime: "pyton" is not one of python, node, dotnet, php, java, image',
        ),
        (
            "runtime: python:3.13\n    command",
            "runtime: python\n    command",
            '16:14: WJ012 apps.storefront.runtime: "python" is not a runtime; write language:version',
        ),
        (
            "health: /healthz",
            "health: healthz",
            '18:13: WJ012 apps.storefront.health: "healthz" is not a path of the site; begin it with a slash',
        ),
        (
            "health: /healthz",
            'domains: ["*.watches.example"]',
            '18:15: WJ012 apps.storefront.domains.0: "*.watches.example" is not a host name; write one such as',
        ),
    ],
)
def test_a_fault_in_the_project_file(problems_of, old: str, new: str, expected: str):
    found = problems_of(old, new)

    assert any(line.startswith(f"oneplan.yaml:{expected}") for line in found), found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("retires: 2", '3:1: WJ010 unknown key "retires"; did you mean "retries"?'),
        ("on: push", '3:1: WJ016 unknown key "on"; write trigger'),
        ("timeout: 0s", "3:10: WJ014 timeout: 0s is outside 1s to 30d"),
        ("enabled: off", '3:10: WJ012 enabled: expected true or false, found "off"'),
        ("priority: hgh", '3:11: WJ015 priority: "hgh" is not one of low, normal'),
        ("env: {A: 1}", '3:10: WJ017 env.A: 1 was read as a number; put it in quotes: "1"'),
        (
            "arguments: {a: b}",
            "3:12: WJ012 arguments: expected a list, found a map; for example arguments: [{name: since, type: date}]",
        ),
        ("arguments: [{type: int}]", '3:13: WJ011 missing key "name"; add it, for example name: since'),
        (
            "alert: {notify: ops}",
            '3:17: WJ012 alert.notify: expected a list, found "ops"; for example notify: [ops]',
        ),
    ],
)
def test_a_fault_in_a_job_file_is_told_from_that_file(project, written: str, expected: str):
    project.job(f"trigger: {{manual: true}}\ncommand: x\n{written}\n")

    assert project.problems() == [f"jobs/extra/job.yaml:{expected}"]


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ("{}", "1:10: WJ020 trigger: needs exactly one of every, cron, queue, always, manual; found none"),
        (
            '{every: 1m, cron: "0 6 * * *"}',
            "1:10: WJ020 trigger: needs exactly one of every, cron, queue, always, manual; found every, cron",
        ),
        ("manual", '1:10: WJ012 trigger: expected a map, found "manual"; for example trigger: {every: 15m}'),
        (
            "{manual: false}",
            "1:19: WJ015 trigger.manual: false is not one of true; leave the key out instead",
        ),
        ("{evry: 15m}", '1:11: WJ010 unknown key "evry"; did you mean "every"?'),
        (
            "{every: 45m}",
            "1:18: WJ032 trigger.every: 45m does not divide a minute, an hour or a day; nearest: 30m or 1h",
        ),
        (
            "{every: 7d}",
            "1:18: WJ032 trigger.every: 7d does not divide a minute, an hour or a day; nearest: 1d",
        ),
        (
            "{every: 0s}",
            "1:18: WJ031 trigger.every: 0s is no interval; the shortest is 1s",
        ),
        (
            "{every: 15 min}",
            (
                '1:18: WJ013 trigger.every: "15 min" is not a duration; '
                "write a whole number and a unit: 30s, 15m, 2h or 7d"
            ),
        ),
        (
            '{cron: "0 6 * *"}',
            (
                '1:17: WJ030 trigger.cron: "0 6 * *" has 4 fields; write five (minute hour day month weekday) '
                'or six (second first), in quotes, for example "0 6 * * *"'
            ),
        ),
        (
            '{cron: "@daily"}',
            (
                '1:17: WJ030 trigger.cron: "@daily" has 1 field; write five (minute hour day month weekday) '
                'or six (second first), in quotes, for example "0 6 * * *"'
            ),
        ),
        (
            '{cron: "0 6 L * *"}',
            (
                "1:17: WJ033 trigger.cron: App Service refuses this schedule: 'L' is not a valid [Day] crontab field "
                "expression; names, lists, ranges and steps are understood, ?, L, W, # and @daily are not"
            ),
        ),
        (
            '{cron: "0 6 * * 7"}',
            (
                "1:17: WJ034 trigger.cron: weekday 7 is not accepted by App Service (7 is higher than the maximum "
                "allowable value for the [DayOfWeek] field. Value must be between 0 and 6 (all inclusive).); "
                "Sunday is 0"
            ),
        ),
        (
            '{cron: "0 0 30 2 *"}',
            '1:17: WJ039 trigger.cron: "0 0 30 2 *" never fires; no such day exists in those months',
        ),
    ],
)
def test_a_fault_in_a_trigger(project, trigger: str, expected: str):
    project.job(f"trigger: {trigger}\ncommand: x\n")

    found = project.problems()

    assert f"jobs/extra/job.yaml:{expected}" in found


def test_a_job_without_a_trigger_is_told_at_its_start(project):
    project.job("# what it does\ncommand: x\n")

    assert project.problems() == [
        'jobs/extra/job.yaml:2:1: WJ011 missing key "trigger"; add it, for example trigger: {every: 15m}'
    ]


def test_jobs_do_not_belong_in_the_project_file(project):
    project.replace("version: 1", "version: 1\njobs: {}")

    assert project.problems() == [
        (
            'oneplan.yaml:2:7: WJ012 jobs: expected a list of folders, for example ["jobs/*"]; '
            "a job is declared in its own job.yaml"
        )
    ]


def test_all_problems_of_all_files_come_at_once_and_sorted(project):
    project.replace("health:", "helth:").replace("sends: [thumbnails]", "sends: [thumbnail]")
    project.replace("kind: web\n", "kind: wep\n").job("trigger: {queue: thumbnail}\ncommnd: x\n")
    project.overrides("plan: {sku: B9}")

    places = [line.split(" ")[:2] for line in project.problems()]

    assert places == [
        ["Pulumi.dev.yaml:3:17:", "WJ015"],
        ["jobs/extra/job.yaml:1:1:", "WJ087"],
        ["jobs/extra/job.yaml:1:18:", "WJ023"],
        ["jobs/extra/job.yaml:2:1:", "WJ010"],
        ["oneplan.yaml:14:11:", "WJ015"],
        ["oneplan.yaml:18:5:", "WJ010"],
        ["oneplan.yaml:20:13:", "WJ023"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trigr: {manual: true}", '1:1: WJ010 unknown key "trigr"; did you mean "trigger"?'),
        ("on: {manual: true}", '1:1: WJ016 unknown key "on"; write trigger'),
        ('schedule: "0 6 * * *"',
         '1:1: WJ010 unknown key "schedule"; write trigger, for example trigger: {cron: "0 6 * * *"}'),
        ("trigger:", '1:1: WJ003 "trigger" has no value; delete the line, or give it a value ({} for an empty map)'),
    ],
)  # fmt: skip
def test_a_key_that_is_misspelt_or_empty_is_not_told_as_missing_too(project, text: str, expected: str):
    project.job(f"{text}\ncommand: x\n")

    assert project.problems() == [f"jobs/extra/job.yaml:{expected}"]


@pytest.mark.parametrize(
    ("was", "written", "expected"),
    [
        ("location: switzerlandnorth", "region: westeurope",
         'WJ010 unknown key "region"; write location, for example location: switzerlandnorth'),
        ("source: apps/storefront\n    runtime: python:3.13", "source: apps/storefront\n    runtime: 3.13",
         ("WJ017 apps.storefront.runtime: 3.13 was read as a number; write it as text, "
          "for example runtime: python:3.13")),
    ],
)  # fmt: skip
def test_a_likely_mistake_is_told_with_what_to_write(project, was: str, written: str, expected: str):
    project.replace(was, written)

    (problem,) = project.problems()

    assert problem.partition(" ")[2] == expected
