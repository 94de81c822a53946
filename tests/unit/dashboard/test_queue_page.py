"""A queue's page while it is open."""

from oneplan.operate.testing import FakeAzure, FakeSite
from tests.unit.dashboard.conftest import Visitor, words


async def test_what_is_sent_and_taken_is_told(visitor: Visitor, azure: FakeAzure, worker: FakeSite):
    async with visitor.client.get("/queues/thumbnails/events") as stream:
        first = await _parts(stream)
        azure.messages["thumbnails"].put("eyJwaG90byI6IDF9")
        second = await _parts(stream)

    assert [words(first["count"]), words(first["messages"])] == ["about 0 messages", "No visible message."]
    assert sorted(second) == ["count", "messages"]
    assert words(second["count"]) == "about 1 message"
    assert "{&#34;photo&#34;: 1}" in second["messages"]


async def test_messages_that_cannot_be_seen_are_told_apart_from_none(visitor: Visitor, azure: FakeAzure, worker):
    azure.queues["thumbnails"] = 3
    del azure.messages["thumbnails"]

    text = words(await visitor.text("/queues/thumbnails"))

    assert "about 3 messages" in text
    assert "No visible message; a job may hold some." in text


async def test_script_in_a_message_that_arrives_is_only_text(visitor: Visitor, azure: FakeAzure, worker: FakeSite):
    azure.messages["thumbnails"].put("<script>alert(1)</script>")

    ((_, parts),) = await visitor.events("/queues/thumbnails/events", 1)

    assert "<script" not in parts["messages"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in parts["messages"]


async def test_only_queues_of_the_manifest_are_watched(visitor: Visitor, worker: FakeSite):
    assert "queue other: is not one of the manifest" in words(await visitor.text("/queues/other/events", status=404))


async def _parts(stream) -> dict[str, str]:
    import json

    while True:
        line = (await stream.content.readline()).decode()
        if line.startswith("data: "):
            return dict(json.loads(line.removeprefix("data: ")))
