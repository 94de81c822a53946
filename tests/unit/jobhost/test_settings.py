"""Queues and grace as the environment tells them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from jobhost import QueueSettings, StartError
from jobhost.settings import queue_settings, stop_grace
from jobhost.storage import AzureStorage

ADDRESS = "https://account.queue.core.windows.net/stock-movements"


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({"AzureWebJobsStorage__accountName": "shop"}, "https://shop.queue.core.windows.net/work"),
        ({"AzureWebJobsStorage__queueServiceUri": "https://127.0.0.1:1/shop/"}, "https://127.0.0.1:1/shop/work"),
        ({"AzureWebJobsStorage": "x", "AzureWebJobsStorage__accountName": "shop"}, "work"),
        ({"QUEUE_WORK_URL": "https://a/w", "AzureWebJobsStorage__accountName": "shop"}, "https://a/w"),
    ],
)
def test_queue_is_found_as_a_dotnet_host_would_find_it(environment: dict[str, str], url: str):
    settings = queue_settings("work", environment)

    assert settings.url == url
    assert settings.poison_url in (None, f"{url}-poison")
    assert (settings.poison_url is None) == (url == "https://a/w")


def test_container_is_beside_the_queues():
    opened = AzureStorage({"AzureWebJobsStorage__blobServiceUri": "https://127.0.0.1:1/shop"}).blobs()

    assert opened._client.url == "https://127.0.0.1:1/shop/jobhost"


def test_fewer_deliveries_than_attempts_are_refused():
    environment = {"AzureWebJobsStorage": "x"}

    with pytest.raises(StartError) as caught:
        queue_settings("work", environment, {"max_attempts": 5, "max_deliveries": 4})

    assert str(caught.value) == "queue 'work': max_deliveries 4 is less than max_attempts; expected 5 or more"


def test_queue_is_read_from_its_variables():
    environment = {
        "QUEUE_STOCK_MOVEMENTS_URL": ADDRESS,
        "QUEUE_STOCK_MOVEMENTS_NAME": "stock-movements",
        "QUEUE_STOCK_MOVEMENTS_POISON_URL": f"{ADDRESS}-poison",
        "QUEUE_STOCK_MOVEMENTS_ATTEMPTS": "3",
        "QUEUE_STOCK_MOVEMENTS_LEASE_SECONDS": "60",
    }

    assert queue_settings("stock-movements", environment) == QueueSettings(
        "stock-movements", ADDRESS, f"{ADDRESS}-poison", max_attempts=3, lease=timedelta(minutes=1)
    )


def test_missing_address_names_the_variable_and_where_it_comes_from():
    with pytest.raises(StartError) as caught:
        queue_settings("thumbnails", {})

    assert str(caught.value) == (
        "QUEUE_THUMBNAILS_URL: is not set; it is when the job's job.yaml says `trigger: {queue: thumbnails}`, "
        "and outside of a plan AzureWebJobsStorage takes its place"
    )


@pytest.mark.parametrize("text", ["0", "-1", "five", "1.5", "²"])
def test_count_that_is_none_is_refused(text: str):
    with pytest.raises(StartError, match=r"QUEUE_A_ATTEMPTS: .* is not a count"):
        queue_settings("a", {"QUEUE_A_URL": ADDRESS, "QUEUE_A_ATTEMPTS": text})


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (json.dumps({"stopping_wait_time": 30}), 29),
        (json.dumps({"is_singleton": True}), 4),
        ("not json", 4),
        ("[]", 4),
        (json.dumps({"stopping_wait_time": 1}), 0.5),
    ],
)
def test_grace_is_the_jobs_stopping_wait_time_less_a_second(tmp_path: Path, content: str, seconds: float):
    (tmp_path / "settings.job").write_text(content)

    assert stop_grace({"WEBJOBS_PATH": str(tmp_path)}) == timedelta(seconds=seconds)


def test_grace_without_a_settings_file_is_the_platforms(tmp_path: Path):
    assert stop_grace({"WEBJOBS_PATH": str(tmp_path)}) == timedelta(seconds=4)
