"""Where a queue function's options come from, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobhost import Backoff, JobHost, StartError
from jobhost.durations import duration
from jobhost.options import dotnet_defaults, of_other_queues, overrides
from jobhost.settings import host_id, is_disabled, poison_name, queue_settings

PLANNED = {"QUEUE_STOCK_MOVES_URL": "https://a/stock-moves", "QUEUE_STOCK_MOVES_ATTEMPTS": "3"}


def test_app_setting_beats_the_decorator_which_beats_the_manifest_which_beats_dotnets_defaults():
    environment = PLANNED | {
        "AzureWebJobs__extensions__queues__batchSize": "8",
        "AzureWebJobs__extensions__queues__maxDequeueCount": "9",
        "JOBHOST__queues__stock_moves__concurrency": "24",
        "JOBHOST__Queues__Stock-Moves__RETRY": "1s..2m",
        "JOBHOST__queues__other__concurrency": "7",
    }

    settings = queue_settings("stock-moves", environment, {"concurrency": 4, "lease": timedelta(seconds=60)})

    assert (settings.batch_size, settings.max_attempts, settings.max_deliveries) == (8, 3, 6)
    assert (settings.concurrency, settings.lease) == (24, timedelta(minutes=1))
    assert settings.retry == Backoff("1s", cap="2m")


def test_settings_of_a_dotnet_host_are_understood():
    prefix = "AzureWebJobs__extensions__queues__"
    environment = {
        f"{prefix}batchSize": "16",
        f"{prefix}newBatchThreshold": "8",
        f"{prefix}maxPollingInterval": "00:00:30",
        f"{prefix}visibilityTimeout": "00:01:00",
        f"{prefix}messageEncoding": "none",
    }

    assert dotnet_defaults(environment) == {
        "batch_size": 16,
        "concurrency": 24,
        "max_poll": timedelta(seconds=30),
        "retry": Backoff("60s", cap="60s"),
        "encoding": "text",
    }


def test_dotnet_threshold_is_half_a_batch_for_each_processor():
    environment = {"AzureWebJobs__extensions__queues__batchSize": "16"}

    assert dotnet_defaults(environment, processors=4) == {"batch_size": 16, "concurrency": 48}
    assert dotnet_defaults({"AzureWebJobs__extensions__queues__batchSize": "1"}, processors=4)["concurrency"] == 1


@pytest.mark.parametrize(("usual", "expected"), [("base64", "text"), ("auto", "auto")])
def test_dotnet_encoding_holds_for_text_and_json_is_read_in_both(usual: str, expected: str):
    environment = {"AzureWebJobsStorage": "x", "AzureWebJobs__extensions__queues__messageEncoding": "none"}

    assert queue_settings("work", environment, {}, usual).encoding == expected


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        (
            "AzureWebJobs__extensions__queues__batchsise",
            (
                "names no option of .NET's queues; expected one of batchsize, maxdequeuecount, maxpollinginterval, "
                "messageencoding, newbatchthreshold, visibilitytimeout"
            ),
        ),
        (
            "JOBHOST__graze",
            "names no option; expected one of concurrency, grace, health_every, poison_records, queues",
        ),
    ],
)
def test_unknown_setting_of_the_host_is_an_error(key: str, problem: str):
    host = JobHost()
    host.queue("work")(lambda message: None)

    with pytest.raises(StartError) as caught:
        host.testing(environment={key: "1"})

    assert str(caught.value) == f"{key}: {problem}"


def test_settings_of_queues_without_a_function_here_are_another_jobs_or_misspelt():
    environment = {"JOBHOST__queues__stock_moves__lease": "1m", "JOBHOST__Queues__odrers__concurrency": "3"}

    assert of_other_queues(["stock-moves", "orders"], environment) == ["JOBHOST__Queues__odrers__concurrency"]


def test_app_setting_cannot_make_text_ambiguous():
    host = JobHost()

    @host.queue("work")
    def work(text: str) -> None:
        """Do nothing."""

    with pytest.raises(StartError, match=r"^function work: encoding='auto' with str cannot tell 'abcd' from Base64"):
        host.testing(environment={"JOBHOST__queues__work__encoding": "auto"})


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        ("JOBHOST__queues__a__concurency", "3", "names no option; expected one of batch_size, concurrency"),
        ("JOBHOST__queues__a__concurrency", "0", "'0' is out of range; expected a whole number from 1 to 1000"),
        ("JOBHOST__queues__a__lease", "soon", "'soon' is not a length of time; expected for example '30s'"),
        ("JOBHOST__queues__a__enabled", "maybe", "'maybe' is neither; expected true or false"),
        ("JOBHOST__queues__a__encoding", "utf-7", "'utf-7' is not known; expected auto or base64 or text"),
    ],
)
def test_setting_that_is_wrong_is_named(key: str, text: str, problem: str):
    with pytest.raises(StartError) as caught:
        overrides("a", {key: text})

    assert str(caught.value).startswith(f"{key}: {problem}")


def test_connection_string_stands_in_for_addresses():
    settings = queue_settings("work", {"AzureWebJobsStorage": "secret"})

    assert (settings.url, settings.poison_url) == ("work", "work-poison")


@pytest.mark.parametrize(("queue", "poison"), [("work", "work-poison"), ("work-poison", None), ("q" * 57, None)])
def test_poison_queue_is_named_after_its_queue_where_the_service_allows_it(queue: str, poison: str | None):
    assert poison_name(queue) == poison


def test_functions_are_switched_off_as_in_dotnet():
    assert is_disabled("thumb", {"AzureWebJobs.Thumb.Disabled": "1"})
    assert is_disabled("thumb", {"AzureWebJobs_thumb_Disabled": "TRUE"})
    assert not is_disabled("thumb", {"AzureWebJobs_thumb_Disabled": "no", "AzureWebJobs_other_Disabled": "true"})


def test_host_is_the_site_its_slot_and_the_job():
    environment = {"WEBSITE_SITE_NAME": "Shop", "WEBSITE_SLOT_NAME": "staging", "WEBJOBS_NAME": "thumbs"}

    assert host_id(environment) == "shop-staging-thumbs"
    assert host_id(environment | {"WEBSITE_SLOT_NAME": "Production"}) == "shop-thumbs"
    assert host_id({}) == "local"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("5s", 5), ("1.5h", 5400), ("250ms", 0.25), (90, 90), (timedelta(days=1), 86400), ("2 m", 120)],
)
def test_lengths_of_time_are_read_as_people_write_them(value: object, seconds: float):
    assert duration(value, "x") == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "5", "5 parsecs", "-1s", -1, "400d", True, float("nan"), "５s"])
def test_other_lengths_are_refused(value: object):
    with pytest.raises(StartError, match=r"^x: "):
        duration(value, "x")
