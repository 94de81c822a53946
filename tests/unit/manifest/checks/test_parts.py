"""What must hold across the parts of a stack."""

import pytest

JOB = "trigger: {manual: true}\ncommand: x\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "name: tempus",
            "name: Tempus",
            (
                '2:7: WJ018 name "Tempus" may use a-z, 0-9 and single hyphens, must start with a letter and end with '
                "a letter or digit, 2 to 40 characters"
            ),
        ),
        (
            "name: tempus",
            "name: tempus-the-watch-dealer",
            '2:7: WJ027 the Azure name "tempusthewatchdealerdevrun',
        ),
        ("  api: {kind", "  a_p: {kind", '24:3: WJ018 name "a_p" may use a-z'),
        (
            "{thumbnails: {att",
            "{x--y: {}, thumbnails: {att",
            '27:10: WJ062 queue name "x--y": 3 to 56 characters',
        ),
        (
            "{thumbnails: {att",
            "{thumbnails-poison: {}, thumbnails: {att",
            (
                '27:10: WJ062 queue "thumbnails-poison" is made for its reader\'s failures already; '
                "remove it or rename it"
            ),
        ),
        (
            "{photos: {}",
            "{Photos: {}, photos: {}",
            '28:14: WJ085 container name "Photos": 3 to 63 characters',
        ),
        ("{products: {}", "{1x: {}, products: {}", '29:10: WJ085 table name "1x"'),
        (
            "{products: {}",
            "{photos: {}, products: {}",
            '29:10: WJ086 "photos" is a container and a table; `uses` could mean either, rename one',
        ),
        (
            "{products: {}",
            "{stockmovements: {}, products: {}",
            '29:44: WJ086 tables "stockmovements" and "stock-movements" are both stockmovements in Azure; rename one',
        ),
        (
            "time_zone: Europe/Zurich",
            "time_zone: Europe/Zürich",
            '4:12: WJ037 time_zone: "Europe/Zürich" is not an IANA time zone; did you mean "Europe/Zurich"?',
        ),
        (
            "time_zone: Europe/Zurich",
            "time_zone: zurich",
            '4:12: WJ037 time_zone: "zurich" is not an IANA time zone; did you mean "Europe/Zurich"?',
        ),
        (
            "time_zone: Europe/Zurich",
            "time_zone: somewhere else entirely",
            (
                '4:12: WJ037 time_zone: "somewhere else entirely" is not an IANA time zone; write one such as '
                "Europe/Zurich"
            ),
        ),
        (
            "sku: S1",
            "sku: F1",
            "7:24: WJ057 plan F1 has no Always On; schedules and continuous jobs need Basic or higher, such as B1",
        ),
        ("sku: S1", "sku: D1", "7:24: WJ056 plan D1 is not offered on linux; use B1"),
        ("instances: 1", "instances: 11", "7:39: WJ014 plan.instances: 11 is outside 1 to 10 for S1"),
        (
            "os: linux",
            "os: windows",
            '16:14: WJ056 runtime "python:3.13" is not offered on windows; set plan.os to linux',
        ),
        (
            "sends: [thumbnails]",
            "sends: [thumbnail]",
            '20:13: WJ023 queue "thumbnail" does not exist; declare it under queues, did you mean "thumbnails"?',
        ),
        (
            "{photos: write}",
            "{foto: write}",
            '21:12: WJ025 no container, table or queue is called "foto"; did you mean "photos"?',
        ),
        (
            "notify: [ops]",
            "notify: [oops]",
            '10:66: WJ024 notify group "oops" does not exist; groups are ops',
        ),
        (
            '"${apps.api.url}"',
            '"${apps.apo.url}"',
            '19:20: WJ025 reference "${apps.apo.url}" points to nothing; did you mean "${apps.api.url}"?',
        ),
        (
            '"${apps.api.url}"',
            '"${apps.api.url"',
            '19:20: WJ025 "${apps.api.url" has no closing brace; write ${apps.<name>.url}, or $${ for a literal ${',
        ),
        (
            '"${apps.api.url}"',
            '"${apps.storefront.url}"',
            (
                "19:20: WJ026 references form a circle: storefront -> storefront; an app finds its own address in "
                "WEBSITE_HOSTNAME"
            ),
        ),
        (
            "{API_URL:",
            "{WEBSITE_X: y, API_URL:",
            '19:11: WJ028 variable "WEBSITE_X" uses the reserved prefix WEBSITE_; choose another name',
        ),
        (
            "{API_URL:",
            "{stack: y, API_URL:",
            '19:11: WJ028 variable "stack" is set by App Service or by oneplan; choose another name',
        ),
        (
            "{API_URL:",
            "{my-var: y, API_URL:",
            (
                '19:11: WJ029 variable name "my-var" may use letters, digits and underscores only, and must not start '
                "with a digit (App Service rule)"
            ),
        ),
        (
            "{API_URL:",
            "{STORE: 'AccountName=x;AccountKey=abc', API_URL:",
            '19:18: WJ069 "STORE" looks like a secret (a storage key); put it under secrets as vault:store',
        ),
        (
            '"vault:session-key"',
            "hunter2",
            '22:28: WJ070 secret "SESSION_KEY" must be vault:<name> or stack:<key>, not a value',
        ),
        (
            "{SESSION_KEY:",
            '{API_URL: "vault:x", SESSION_KEY:',
            '22:15: WJ089 "API_URL" is under env and under secrets; keep one',
        ),
        (
            "keep: 7d",
            "keep: 20m",
            (
                "27:53: WJ067 keep 20m is shorter than attempts x lease (25m); messages would vanish before they are "
                "poison, make it longer"
            ),
        ),
        (
            "source: apps/storefront",
            "source: apps/storefrnt",
            '15:13: WJ053 source folder "apps/storefrnt" does not exist; it is looked for beside oneplan.yaml',
        ),
        (
            "source: apps/storefront",
            "source: ../x",
            '15:13: WJ053 source folder "../x" is not inside the project; write a path such as apps/storefront',
        ),
        (
            "source: apps/api, ",
            "",
            '24:3: WJ011 missing key "source" in apps.api; add the folder of its code, or make it a worker',
        ),
        (
            "kind: worker",
            "kind: worker, source: apps/api",
            "25:34: WJ088 a worker has no site code, it carries jobs; remove source or change kind",
        ),
        (
            "app: worker",
            "app: workr",
            '10:14: WJ021 app "workr" does not exist; apps are storefront, api, worker',
        ),
        (
            "app: worker, ",
            "",
            (
                "jobs/stock_sync/job.yaml:1:1: WJ022 this job names no app and there are 3 apps; "
                "set `app:` or defaults.job.app"
            ),
        ),
    ],
)
def test_a_fault_between_parts_of_the_project(problems_of, old: str, new: str, expected: str):
    found = problems_of(old, new)

    where = expected if expected.startswith("jobs/") else f"oneplan.yaml:{expected}"
    assert any(line.startswith(where) for line in found), found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "trigger: {always: true}\ncommand: x\ntimeout: 5m\n",
            "3:1: WJ043 `timeout` has no meaning for a job that never ends (trigger always); use stop_grace",
        ),
        (
            "trigger: {queue: thumbnails}\ncommand: x\nretries: 2\n",
            "3:1: WJ044 `retries` has no meaning for trigger queue; App Service restarts it by itself, remove it",
        ),
        (
            JOB + "instances: all\n",
            "3:1: WJ048 `instances` applies to queue and always only; a triggered job always runs once, remove it",
        ),
        (
            "trigger: {queue: thumbnial}\ncommand: x\n",
            '1:18: WJ023 queue "thumbnial" does not exist; declare it under queues, did you mean "thumbnails"?',
        ),
        (
            "trigger: {every: 1h}\ncommand: x\nalert: {late: 30m}\n",
            "3:15: WJ081 alert.late 30m is not longer than the interval 1h; it would fire all day, make it longer",
        ),
        (JOB + "alert: {late: 30m}\n", "3:15: WJ081 alert.late needs a schedule (every or cron); remove it"),
        (
            "trigger: {every: 1h}\ncommand: x\narguments: [{name: since}]\n",
            (
                "3:13: WJ045 `arguments` need trigger manual, or a default for each: scheduled runs get none "
                '("since" has no default)'
            ),
        ),
        (
            JOB + "arguments: [{name: since, type: date, default: 2026-02-30}]\n",
            '3:13: WJ046 argument "since": default "2026-02-30" is not of type date; write such a value',
        ),
        (
            JOB + "arguments: [{name: brand, default: x, choices: [a, b]}]\n",
            '3:13: WJ047 argument "brand": default "x" is not one of a, b',
        ),
        (
            JOB + "arguments: [{name: Brand}]\n",
            (
                '3:13: WJ018 argument name "Brand" may use a-z, 0-9 and single hyphens, a letter first, '
                "and not stack or help"
            ),
        ),
        (
            JOB + "arguments: [{name: a}, {name: a}]\n",
            '3:24: WJ019 argument "a" is there twice; rename one',
        ),
        (
            "trigger: {manual: true}\n",
            "1:1: WJ087 nothing to run: there is no `command`, no `script` and no run.* file; add one",
        ),
        (JOB + "script: run.sh\n", "3:1: WJ087 `command` and `script` are both given; keep one"),
        (
            "trigger: {manual: true}\nscript: ../stock_sync/job.yaml\n",
            '2:9: WJ053 script "../stock_sync/job.yaml" is not in extra; write the name of a file there',
        ),
        (
            "trigger: {manual: true}\nscript: job.yaml\n",
            (
                '2:9: WJ015 script "job.yaml" cannot be run by App Service; it knows .cmd .bat .exe .ps1 .sh .py .php '
                ".js .fsx"
            ),
        ),
        (
            JOB + 'env: {A: "${queues.x.url}"}\n',
            '3:10: WJ025 reference "${queues.x.url}" points to nothing; ',
        ),
        (JOB + "env: {QUEUE_X: a}\n", '3:7: WJ028 variable "QUEUE_X" uses the reserved prefix QUEUE_'),
        (
            JOB + "uses: {product: write}\n",
            '3:8: WJ025 no container, table or queue is called "product"; did you',
        ),
        (
            JOB + "sends: [nowhere]\n",
            '3:9: WJ023 queue "nowhere" does not exist; declare it under queues, known',
        ),
        (JOB + "name: Über\n", '1:1: WJ018 name "Über" may use a-z'),
        (JOB + "name: stock-sync\n", ""),
    ],
)
def test_a_fault_of_a_job(project, text: str, expected: str):
    found = project.job(text).problems()

    assert len(found) == 1, found
    assert expected in found[0]


@pytest.mark.parametrize("file", ["run.sh", "Run.CMD", "settings.job"])
def test_files_that_oneplan_writes_may_not_be_there(project, file: str):
    project.job(JOB).write(f"jobs/extra/{file}", "")

    assert project.problems() == [
        (
            f"jobs/extra/job.yaml:1:1: WJ055 the job folder contains its own {file}; oneplan writes it, "
            "delete it or rename it"
        )
    ]


def test_one_queue_has_one_reader(project):
    project.job("trigger: {queue: thumbnails}\ncommand: x\n", "first")
    project.job("trigger: {queue: thumbnails}\ncommand: x\n", "second")

    assert project.problems() == [
        'jobs/second/job.yaml:1:18: WJ065 queue "thumbnails" is read by first and second; one reader per queue'
    ]


def test_one_name_means_one_job(project):
    project.job(JOB, "stock-sync")

    assert project.problems() == [
        (
            'jobs/stock_sync/job.yaml:1:1: WJ019 job name "stock-sync" is used twice: also in '
            "jobs/stock-sync/job.yaml; set `name:` in one of them"
        )
    ]


def test_references_may_not_form_a_circle(project):
    project.replace("uses: {products: write}}", 'uses: {products: write}, env: {SITE: "${apps.storefront.url}"}}')

    assert project.problems() == [
        "oneplan.yaml:24:97: WJ026 references form a circle: api -> storefront -> api; take one of them out"
    ]


def test_what_a_job_refers_to_counts_for_its_app(project):
    project.job(JOB + 'app: api\nenv: {SITE: "${apps.storefront.url}"}\n')

    assert project.problems() == [
        "jobs/extra/job.yaml:4:13: WJ026 references form a circle: api -> storefront -> api; take one of them out"
    ]


def test_the_setting_that_carries_a_jobs_reference_is_taken(project):
    project.replace("{API_URL:", "{APP_API_URL: x, APP_ENV: prod, API_URL:")

    assert project.problems() == [
        'oneplan.yaml:19:11: WJ028 variable "APP_API_URL" is set by App Service or by oneplan; choose another name'
    ]


def test_shell_variables_and_braces_in_commands_are_no_references(project):
    project.job('trigger: {manual: true}\ncommand: "echo ${HOME} $PORT ${x"\n')

    assert project.load().jobs["extra"].command == "echo ${HOME} $PORT ${x"


def test_a_container_needs_no_source(project):
    project.replace("source: apps/api, runtime: python:3.13", "runtime: 'image:registry.example/api:1.2'")

    runtime = project.load().apps["api"].runtime

    assert (runtime.language, runtime.version) == ("image", "registry.example/api:1.2")


def test_a_free_plan_is_enough_without_jobs(project):
    (project.root / "jobs/stock_sync/job.yaml").unlink()
    project.replace("    slots: {staging: {jobs: stopped}}\n", "")

    assert project.replace("sku: S1", "sku: F1").load().plan.sku == "F1"


def test_a_stack_secret_must_be_set_in_the_stack(project):
    project.replace("vault:session-key", "stack:session-key")

    assert project.problems() == [
        (
            'oneplan.yaml:22:28: WJ072 stack secret "session-key" is not set in stack dev; '
            "run pulumi config set --secret session-key --stack dev"
        )
    ]


def test_a_stack_secret_must_not_be_plain_text(project):
    project.replace("vault:session-key", "stack:session-key")
    project.write("Pulumi.dev.yaml", "config:\n  oneplan:session-key: hunter2\n")

    assert project.problems() == [
        (
            'Pulumi.dev.yaml:2:3: WJ073 "session-key" is stored as plain text in Pulumi.dev.yaml; '
            "run pulumi config set --secret session-key --stack dev"
        )
    ]


def test_an_encrypted_stack_secret_is_fine(project):
    project.replace("vault:session-key", "stack:session-key")
    project.write("Pulumi.dev.yaml", "config:\n  oneplan:session-key:\n    secure: v1:abc\n")

    assert project.load().apps["storefront"].secrets == {"SESSION_KEY": "stack:session-key"}
