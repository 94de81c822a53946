"""Which roles an app gets and which settings tell its code where its storage is."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from components.access import Role
from components.settings import Grant, functions_settings, grants, platform_settings, storage_settings
from oneplan.manifest import App, Container, Job, Manifest, Plan, Queue, Runtime, Table, Trigger

PYTHON = Runtime("python", "3.13")
ENDPOINTS = {"queues": "https://q/", "containers": "https://b/", "tables": "https://t/"}


def manifest(app: App, *jobs: Job) -> Manifest:
    return Manifest(
        root=Path("/project"),
        stack="dev",
        target="local",
        name="tempus",
        location="switzerlandnorth",
        time_zone="Europe/Zurich",
        plan=Plan("linux", "B1"),
        apps={app.name: app},
        jobs={job.name: job for job in jobs},
        queues={"thumbnails": Queue("thumbnails", attempts=3, lease=timedelta(minutes=2))},
        containers={"photos": Container("photos")},
        tables={"stock-movements": Table("stock-movements")},
    )


def job(name: str, trigger: Trigger, **more) -> Job:
    return Job(name=name, folder=Path("/project/jobs") / name, app="shop", trigger=trigger, **more)


def test_a_sender_may_send_and_nothing_else():
    app = App("shop", "web", PYTHON, sends=("thumbnails",))

    assert grants(manifest(app), app) == (Grant("queues", "thumbnails", Role.QUEUE_SENDER),)


def test_the_reader_of_a_queue_may_take_messages_and_fill_the_poison_queue():
    app = App("shop", "web", PYTHON)
    reader = job("thumbs", Trigger("queue", queue="thumbnails"))

    assert grants(manifest(app, reader), app) == (
        Grant("queues", "thumbnails", Role.QUEUE_CONTRIBUTOR),
        Grant("queues", "thumbnails-poison", Role.QUEUE_SENDER),
    )


def test_a_role_that_another_includes_is_not_assigned():
    app = App("shop", "web", PYTHON, uses={"photos": "read"})
    writer = job("w", Trigger("manual"), uses={"photos": "write", "stock-movements": "write"})
    looker = job("l", Trigger("manual"), uses={"stock-movements": "read"})

    assert grants(manifest(app, writer, looker), app) == (
        Grant("containers", "photos", Role.BLOB_CONTRIBUTOR),
        Grant("tables", "stock-movements", Role.TABLE_CONTRIBUTOR),
    )


def test_settings_name_what_is_reached_by_azures_names():
    app = App("shop", "web", PYTHON, sends=("thumbnails",), uses={"photos": "read", "stock-movements": "write"})

    assert storage_settings(manifest(app), app, ENDPOINTS) == {
        "CONTAINER_PHOTOS_URL": "https://b/photos",
        "QUEUE_THUMBNAILS_ATTEMPTS": "3",
        "QUEUE_THUMBNAILS_KEEP_SECONDS": "604800",
        "QUEUE_THUMBNAILS_LEASE_SECONDS": "120",
        "QUEUE_THUMBNAILS_NAME": "thumbnails",
        "QUEUE_THUMBNAILS_POISON_URL": "https://q/thumbnails-poison",
        "QUEUE_THUMBNAILS_URL": "https://q/thumbnails",
        "TABLE_STOCK_MOVEMENTS_URL": "https://t/stockmovements",
    }


@pytest.mark.parametrize(("timeout", "limit"), [(timedelta(seconds=120), None), (timedelta(minutes=10), "660")])
def test_the_idle_limit_is_raised_above_the_longest_timeout(timeout, limit):
    app = App("shop", "web", PYTHON)
    slow = job("slow", Trigger("manual"), timeout=timeout)

    assert platform_settings(manifest(app, slow), app).get("WEBJOBS_IDLE_TIMEOUT") == limit


def test_a_python_app_finds_its_vendored_packages_and_a_node_app_is_not_told_of_them():
    python, node = App("shop", "web", PYTHON), App("shop", "web", Runtime("node", "22"))

    assert "PYTHONPATH" in platform_settings(manifest(python), python)
    assert "PYTHONPATH" not in platform_settings(manifest(node), node)


def with_plan(made: Manifest, **plan) -> Manifest:
    return replace(made, plan=Plan(**{"os": "linux", "sku": "B1", **plan}))


def test_schedules_are_read_in_the_apps_zone_under_the_systems_name_for_it():
    app = App("shop", "web", PYTHON, time_zone="America/New_York")

    assert platform_settings(manifest(app), app)["WEBSITE_TIME_ZONE"] == "America/New_York"
    on_windows = platform_settings(with_plan(manifest(app), os="windows"), app)
    assert on_windows["WEBSITE_TIME_ZONE"] == "Eastern Standard Time"


def test_the_switches_that_linux_jobs_need_are_not_set_on_windows():
    app = App("shop", "web", Runtime("dotnet", "9.0"))

    settings = platform_settings(with_plan(manifest(app), os="windows"), app)

    assert sorted(settings) == ["SCM_DO_BUILD_DURING_DEPLOYMENT", "STACK", "WEBSITE_TIME_ZONE"]


def test_the_functions_host_has_no_connection_string():
    assert functions_settings(ENDPOINTS) == {
        "AzureWebJobsStorage__blobServiceUri": "https://b",
        "AzureWebJobsStorage__queueServiceUri": "https://q",
        "AzureWebJobsStorage__tableServiceUri": "https://t",
        "AzureWebJobsStorage__credential": "managedidentity",
    }


def test_a_queue_with_a_delay_says_so():
    app = App("shop", "web", PYTHON, sends=("later",))
    made = replace(manifest(app), queues={"later": Queue("later", delay=timedelta(seconds=90))})

    assert storage_settings(made, app, ENDPOINTS)["QUEUE_LATER_DELAY_SECONDS"] == "90"
