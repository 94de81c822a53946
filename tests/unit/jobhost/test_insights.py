"""What Application Insights is told, and that no job suffers by it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from jobhost import Execution, Outcome, StartError
from jobhost.insights import MOST_WAITING, Insights, Target, target

KEY = "00000000-0000-4000-8000-00000000abcd"
HANDLED = Execution(
    "thumb",
    "thumbnails",
    "m-1",
    2,
    5,
    Outcome.HANDLED,
    datetime(2026, 11, 24, 12, tzinfo=UTC),
    seconds=3723.5,
    waited=0.25,
)


class Service:
    """Answers as scripted and keeps what it was sent."""

    def __init__(self, *answers: tuple[int, bytes]) -> None:
        self.answers, self.batches = list(answers), []

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self.batches.append(json.loads(body))
        return self.answers.pop(0) if self.answers else (200, b"")


def insights(log, service: Service) -> Insights:
    environment = {"WEBSITE_SITE_NAME": "shop", "WEBSITE_INSTANCE_ID": "i1", "WEBJOBS_NAME": "thumbs"}
    return Insights(Target("https://x/v2.1/track", KEY), environment, log, service)


def test_execution_is_a_request(log):
    service = Service()
    told = insights(log, service)
    told.observe(HANDLED)
    told.flush()

    [item] = service.batches[0]
    assert item.pop("tags").pop("ai.cloud.role") == "shop"
    assert item["data"]["baseData"].pop("id")
    assert item == {
        "ver": 1,
        "name": "Microsoft.ApplicationInsights.Request",
        "time": "2026-11-24T12:00:00Z",
        "iKey": KEY,
        "data": {
            "baseType": "RequestData",
            "baseData": {
                "ver": 2,
                "name": "thumb",
                "duration": "0.01:02:03.500000",
                "responseCode": "handled",
                "success": True,
                "properties": {
                    "wj": "execution",
                    "job": "thumbs",
                    "source": "thumbnails",
                    "messageId": "m-1",
                    "attempt": "2",
                    "waited": "0.250",
                    "reason": "",
                },
            },
        },
    }


def test_poison_is_an_event_too(log):
    service = Service()
    told = insights(log, service)
    told.observe(replace(HANDLED, outcome=Outcome.POISONED, reason="width"))
    told.flush()

    request, event = service.batches[0]
    assert request["data"]["baseData"]["success"] is False
    assert event["data"]["baseData"]["properties"] == {
        "wj": "poison",
        "job": "thumbs",
        "queue": "thumbnails",
        "messageId": "m-1",
        "dequeueCount": "2",
        "error": "width",
    }


@pytest.mark.parametrize(
    ("answer", "sent_again"),
    [
        ((200, b""), 0),
        ((400, b""), 0),
        ((439, b""), 0),
        ((503, b""), 3),
        ((0, b""), 3),
        ((206, b'{"errors": [{"index": 1, "statusCode": 500}, {"index": 2, "statusCode": 400}]}'), 1),
        ((206, b"nonsense"), 0),
    ],
)
def test_only_what_may_succeed_is_sent_again(log, answer: tuple[int, bytes], sent_again: int):
    service = Service(answer)
    told = insights(log, service)
    for _ in range(3):
        told.observe(HANDLED)
    told.flush()
    told.flush()

    assert [len(batch) for batch in service.batches[1:]] == ([sent_again] if sent_again else [])


def test_outage_is_said_once_and_the_line_is_bounded(log):
    service = Service(*[(503, b"")] * 5)
    told = insights(log, service)
    for _ in range(MOST_WAITING + 10):
        told.observe(HANDLED)
    for _ in range(5):
        told.flush()

    assert told.dropped == 10
    assert [fields["status"] for fields in log.named("insights-failed")] == [503]


def test_connection_string_is_read_as_the_portal_writes_it():
    text = f"instrumentationkey={KEY};IngestionEndpoint=https://we-5.in.applicationinsights.azure.com/;LiveEndpoint=x"

    assert target(text) == Target("https://we-5.in.applicationinsights.azure.com/v2.1/track", KEY)
    assert (
        target(f"InstrumentationKey={KEY};EndpointSuffix=ai.example;Location=we").url
        == "https://we.dc.ai.example/v2.1/track"
    )
    assert target(f"InstrumentationKey={KEY}").url == "https://dc.services.visualstudio.com/v2.1/track"
    assert target(f"InstrumentationKey={KEY}").audience == "https://monitor.azure.com/"
    assert (
        target(f"InstrumentationKey={KEY};AADAudience=https://monitor.azure.us/").audience
        == "https://monitor.azure.us/"
    )


@pytest.mark.parametrize(
    "text", ["", "nonsense", "InstrumentationKey=me", f"InstrumentationKey={KEY};IngestionEndpoint=ftp://x"]
)
def test_connection_string_that_is_none_is_refused_without_repeating_it(text: str):
    with pytest.raises(StartError, match=r"^APPLICATIONINSIGHTS_CONNECTION_STRING: ") as caught:
        target(text)

    assert KEY not in str(caught.value)
