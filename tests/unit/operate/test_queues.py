"""Looking into queues, sending to them, moving messages back."""

from datetime import UTC, datetime, timedelta

import pytest

from oneplan.errors import OperateError
from oneplan.operate import Plane
from oneplan.operate.messages import Message, encode, read
from oneplan.operate.queues import Queues
from oneplan.operate.testing import FakeAzure, FakeQueue


@pytest.fixture
def queue(azure: FakeAzure) -> FakeQueue:
    azure.queues = {"thumbnails": 0, "thumbnails-poison": 0}
    azure.messages = {"thumbnails": FakeQueue(), "thumbnails-poison": FakeQueue()}
    return azure.messages["thumbnails"]


@pytest.fixture
def poison(azure: FakeAzure, queue: FakeQueue) -> FakeQueue:
    return azure.messages["thumbnails-poison"]


@pytest.fixture
def service(plane: Plane, queue: FakeQueue) -> Queues:
    found = plane.queue_service()
    assert found is not None
    return found


def test_peek_shows_messages_and_leaves_them(service, queue):
    queue.put(encode('{"blob": "a.png"}'))

    [seen] = service.peek("thumbnails")

    assert seen == Message(
        id="m0",
        inserted=datetime(2026, 11, 24, 5, tzinfo=UTC),
        expires=datetime(2026, 12, 1, 5, tzinfo=UTC),
        dequeue_count=0,
        text="eyJibG9iIjogImEucG5nIn0=",
    )
    assert seen.body == '{"blob": "a.png"}'
    assert not queue.messages[0].is_hidden


def test_a_text_that_is_no_base64_is_its_own_body():
    [message] = read(
        b"<QueueMessagesList><QueueMessage><MessageId>m</MessageId>"
        b"<InsertionTime>Tue, 24 Nov 2026 05:00:00 GMT</InsertionTime>"
        b"<ExpirationTime>Tue, 01 Dec 2026 05:00:00 GMT</ExpirationTime>"
        b"<MessageText>{&quot;a&quot;: 1}</MessageText></QueueMessage></QueueMessagesList>"
    )

    assert message.body == '{"a": 1}'


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"\xff",
        b"<QueueMessagesList><QueueMessage><MessageId>m</MessageId></QueueMessage></QueueMessagesList>",
    ],
)
def test_an_answer_that_is_no_list_of_messages_is_told(answer):
    with pytest.raises(OperateError, match="the answer is not a list of messages"):
        read(answer)


def test_send_stores_the_text_with_its_time_to_live(service, queue):
    service.send("thumbnails", "a < b & c", keep=timedelta(days=7))

    assert [(one.text, one.ttl) for one in queue.messages] == [("a < b & c", "604800")]


def test_a_text_that_xml_cannot_carry_is_refused(service):
    with pytest.raises(OperateError, match=r"U\+0007 cannot be sent as it is; leave --raw out"):
        service.send("thumbnails", "ring \a")


def test_move_takes_everything_back_byte_by_byte(service, queue, poison):
    for number in range(40):
        poison.put(f"text {number}")

    moved = service.move("thumbnails-poison", "thumbnails", keep=timedelta(hours=1))

    assert moved == 40
    assert poison.messages == []
    assert [one.text for one in queue.messages] == [f"text {number}" for number in range(40)]


def test_move_gives_back_what_does_not_match(service, queue, poison):
    for text in ("keep", "take", "keep too"):
        poison.put(encode(text))

    moved = service.move("thumbnails-poison", "thumbnails", matches=lambda message: message.body == "take")

    assert moved == 1
    assert [one.text for one in queue.messages] == [encode("take")]
    assert [(one.text, one.is_hidden) for one in poison.messages] == [
        (encode("keep"), False),
        (encode("keep too"), False),
    ]


def test_clear_deletes_every_message(service, queue):
    queue.put("one")
    service.clear("thumbnails")

    assert queue.messages == []


def test_a_queue_that_is_not_there_is_an_error(service):
    with pytest.raises(OperateError, match=r"queue nowhere: 127\.0\.0\.1:[0-9]+ answered 404"):
        service.peek("nowhere")


def test_names_come_with_their_poison_queue(plane):
    assert plane.queue_names() == ("thumbnails", "thumbnails-poison")


def test_there_is_no_service_before_it_is_deployed(plane):
    assert plane.queue_service() is None
