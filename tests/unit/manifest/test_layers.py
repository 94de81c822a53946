"""Built-in defaults < defaults.job < the file < the stack's overrides."""

from datetime import timedelta


def test_a_stack_changes_values_key_by_key(project):
    project.overrides(
        "plan: {sku: P1v3, instances: 2}\n"
        "location: westeurope\n"
        "time_zone: Etc/UTC\n"
        "tags: {cost: web}\n"
        "queues: {thumbnails: {keep: 14d}}\n"
        "containers: {photos: {public: true}}\n"
        "apps: {storefront: {env: {LOG: debug}}}\n"
        "notify: {night: {email: night@watches.example}}\n"
    )

    found = project.load()

    assert (found.plan.sku, found.plan.os, found.plan.instances) == ("P1v3", "linux", 2)
    assert (found.location, found.time_zone) == ("westeurope", "Etc/UTC")
    assert found.tags == {"owner": "web-team", "cost": "web"}
    assert (found.queues["thumbnails"].keep, found.queues["thumbnails"].attempts) == (timedelta(days=14), 5)
    assert found.containers["photos"].public
    assert found.apps["storefront"].env == {"API_URL": "${apps.api.url}", "LOG": "debug"}
    assert list(found.notify) == ["ops", "night"]


def test_other_stacks_do_not_see_it(project):
    project.overrides("plan: {sku: P1v3}")

    assert project.load("prod").plan.sku == "S1"


def test_the_target_comes_from_the_stack(project):
    project.write("Pulumi.dev.yaml", "config:\n  oneplan:target: local\n")

    assert (project.load("dev").target, project.load("prod").target) == ("local", "azure")


def test_a_qualified_stack_name_means_its_last_part(project):
    project.write("Pulumi.dev.yaml", "config:\n  oneplan:target: local\n")

    found = project.load("organisation/oneplan/dev")

    assert (found.stack, found.target) == ("dev", "local")


def test_a_stack_file_may_be_empty_or_hold_comments_only(project):
    project.write("Pulumi.dev.yaml", "").write("Pulumi.prod.yaml", "# nothing yet\n")

    assert (project.load("dev").target, project.load("prod").target) == ("azure", "azure")


def test_a_trigger_is_replaced_whole(project):
    project.overrides('jobs: {stock-sync: {trigger: {cron: "0 6 * * *"}, alert: {late: 26h}}}')

    job = project.load().jobs["stock-sync"]

    assert job.trigger.schedule == "0 0 6 * * *"


def test_a_stack_may_make_a_scheduled_job_manual(project):
    project.overrides("jobs: {stock-sync: {trigger: {manual: true}, alert: {late: null}}}")

    assert project.load().jobs["stock-sync"].trigger.kind == "manual"


def test_a_list_is_replaced_and_not_appended(project):
    project.replace("queues: {", "queues: {other: {}, ").overrides("apps: {storefront: {sends: [other]}}")

    assert project.load().apps["storefront"].sends == ("other",)


def test_null_removes_what_the_layer_below_says(project):
    project.overrides("jobs: {stock-sync: {timeout: null, retries: ~}}\napps: {storefront: {slots: {staging: null}}}")
    project.replace("timeout: 10m", "timeout: 12m", "jobs/stock_sync/job.yaml")

    found = project.load()

    assert found.jobs["stock-sync"].timeout == timedelta(minutes=10), "the default shows through"
    assert found.jobs["stock-sync"].retries == 0, "nothing but the built-in default is left"
    assert found.apps["storefront"].slots == {}


def test_null_in_a_job_file_removes_a_default(project):
    project.job("trigger: {manual: true}\ncommand: x\ntimeout: null\nalert: {notify: null}\n")

    job = project.load().jobs["extra"]

    assert (job.timeout, job.alert) == (None, {"failures": 1})


def test_null_in_a_stacks_defaults_removes_the_projects_default(project):
    project.job("trigger: {manual: true}\ncommand: x\n").overrides("defaults: {job: {timeout: null}}")

    found = project.load()

    assert (found.jobs["extra"].timeout, found.jobs["stock-sync"].timeout) == (None, timedelta(minutes=10))


def test_null_removes_a_whole_entry(project):
    project.overrides("containers: {thumbs: null}")

    assert list(project.load().containers) == ["photos"]


def test_null_for_an_unknown_key_is_still_an_unknown_key(project):
    project.overrides("plan: {skuu: null}")

    assert project.problems() == ['Pulumi.dev.yaml:3:12: WJ010 unknown key "skuu"; did you mean "sku"?']


def test_a_job_without_words_of_its_own_takes_the_defaults(project):
    project.replace("alert: {failures: 1", "priority: low, retries: 3, env: {A: b}, alert: {failures: 1")
    project.job("trigger: {manual: true}\ncommand: x\nenv: {C: d}\n")

    job = project.load().jobs["extra"]

    assert (job.app, job.timeout, job.retries, job.priority) == ("worker", timedelta(minutes=10), 3, "low")
    assert (job.env, job.alert) == ({"A": "b", "C": "d"}, {"failures": 1, "notify": ("ops",)})


def test_defaults_that_mean_nothing_for_a_job_are_not_applied(project):
    project.replace("timeout: 10m", "timeout: 10m, retries: 2, instances: all")
    project.job("trigger: {always: true}\ncommand: x\n")

    found = project.load().jobs

    assert (found["extra"].timeout, found["extra"].retries, found["extra"].instances) == (None, 0, "all")
    assert found["stock-sync"].instances == "one"


def test_a_stacks_default_does_not_beat_a_jobs_own_word(project):
    project.job("trigger: {manual: true}\ncommand: x\n")
    project.overrides("defaults: {job: {timeout: 1h}}")

    found = project.load().jobs

    assert found["extra"].timeout == timedelta(hours=1)
    assert found["stock-sync"].timeout == timedelta(minutes=10)


def test_a_problem_after_merging_names_the_layer_that_supplied_the_value(project):
    project.overrides("jobs: {stock-sync: {timeout: soon, app: nowhere}}")

    assert project.problems() == [
        (
            'Pulumi.dev.yaml:3:34: WJ013 jobs.stock-sync.timeout: "soon" is not a duration; '
            "write a whole number and a unit: 30s, 15m, 2h or 7d"
        ),
        'Pulumi.dev.yaml:3:45: WJ021 app "nowhere" does not exist; apps are storefront, api, worker',
    ]


def test_a_fault_in_the_defaults_is_told_once(project):
    project.job("trigger: {manual: true}\ncommand: x\n").replace("timeout: 10m", "timeout: soon")

    assert project.problems() == [
        (
            'oneplan.yaml:10:31: WJ013 defaults.job.timeout: "soon" is not a duration; '
            "write a whole number and a unit: 30s, 15m, 2h or 7d"
        )
    ]


def test_overrides_only_know_what_exists(project):
    project.overrides(
        "jobs: {stock_sync: {timeout: 1m}}\n"
        "apps: {storefrnt: {health: /}}\n"
        "queues: {thumbnial: {keep: 1d}}\n"
        "containers: {foto: {}}\n"
        "tables: {product: {}}\n"
        "name: other"
    )

    assert project.problems() == [
        'Pulumi.dev.yaml:3:12: WJ075 overrides name job "stock_sync", which does not exist; did you mean "stock-sync"?',
        'Pulumi.dev.yaml:4:12: WJ075 overrides name app "storefrnt", which does not exist; did you mean "storefront"?',
        (
            'Pulumi.dev.yaml:5:14: WJ075 overrides name queue "thumbnial", which does not exist; '
            'did you mean "thumbnails"?'
        ),
        'Pulumi.dev.yaml:6:18: WJ075 overrides name container "foto", which does not exist; did you mean "photos"?',
        'Pulumi.dev.yaml:7:14: WJ075 overrides name table "product", which does not exist; did you mean "products"?',
        (
            'Pulumi.dev.yaml:8:5: WJ010 unknown key "name" in oneplan:overrides; known here: apps, budget, '
            "containers, defaults, jobs, location, network, notify, plan, protect, queues, tables, ..."
        ),
    ]


def test_a_job_that_cannot_be_read_is_no_unknown_job(project):
    project.job("trigger: [", "broken").overrides("jobs: {broken: {timeout: 1m}}")

    assert [line.split(" ")[1] for line in project.problems()] == ["WJ001"]


def test_a_stack_cannot_make_a_job_run_for_ever(project):
    project.overrides(
        "jobs: {stock-sync: {trigger: {always: true}, timeout: null, retries: null, alert: {late: null}}}"
    )

    assert project.problems() == [
        (
            "Pulumi.dev.yaml:3:25: WJ076 a stack may not change stock-sync from triggered to continuous; "
            "only its time, on/off or manual"
        )
    ]


def test_the_stacks_own_words_are_checked(project):
    project.write("Pulumi.dev.yaml", "config:\n  oneplan:target: lokal\n  oneplan:overrides: '{}'\n")

    assert project.problems() == [
        'Pulumi.dev.yaml:2:19: WJ015 oneplan:target: "lokal" is not one of local, azure; did you mean "local"?',
        (
            "Pulumi.dev.yaml:3:22: WJ012 oneplan:overrides: expected a map; write keys and values below it, "
            "as in oneplan.yaml"
        ),
    ]


def test_a_stack_name_cannot_leave_the_folder(project):
    assert project.problems("..\\x") == [
        (
            'Pulumi.yaml:1:1: WJ018 "..\\x" is not a stack\'s name; '
            "it may use letters, digits, hyphens, dots and underscores"
        )
    ]


def test_a_null_that_takes_a_needed_value_away_is_told_where_it_stands(project):
    project.overrides("jobs: {stock-sync: {trigger: null}}")

    told = "null takes it away here; give it a value, for example trigger: {every: 15m}"
    assert project.problems() == [f'Pulumi.dev.yaml:3:34: WJ011 missing key "trigger": {told}']
