"""Queues and grace as the environment tells them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from jobhost import QueueSettings, StartError
from jobhost.settings import queue_settings, stop_grace

ADDRESS = "https://account.queue.core.windows.net/stock-movements"


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
        "QUEUE_THUMBNAILS_URL: is not set; it is when the job's job.yaml says `trigger: {queue: thumbnails}`"
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
