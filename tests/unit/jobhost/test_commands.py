"""`python -m jobhost`: check a module, move poisoned messages back."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from jobhost.__main__ import main
from jobhost.commands import check, requeue
from jobhost.errors import StartError
from jobhost.testing import MemoryQueue

GOOD = """
from jobhost import JobHost
host = JobHost()

@host.queue("orders", concurrency=4)
def order(payload: dict) -> None: ...

@host.timer("0 0 6 * * *", tz="Europe/Zurich")
def morning() -> None: ...
"""


@pytest.fixture
def module(tmp_path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest):
    """Writes a module and answers its name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(text: str) -> str:
        name = f"checked_{abs(hash(request.node.name))}"
        (tmp_path / f"{name}.py").write_text(text)
        return name

    return write


def test_check_lists_the_functions_without_storage(module):
    queue, timer = check(module(GOOD), {})

    assert queue.startswith("queue orders: order(dict); max_attempts 5, lease 300.0, max_deliveries 8, concurrency 4, ")
    assert timer.startswith("timer morning: 0 0 6 * * * (Europe/Zurich), catch_up none; next 20")
    assert "T06:00:00+0" in timer


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("import nowhere_to_be_found", "cannot be imported (ModuleNotFoundError: "),
        ("x = 1", "has no JobHost with functions at its top level"),
        (
            'from jobhost import JobHost\nJobHost().queue("No")(print)',
            "queue 'No': is no queue's name; expected 3 to 63",
        ),
        ('from jobhost import JobHost\nhost = JobHost()\nhost.timer("x")(lambda: None)', "'x' is not a schedule"),
    ],
)
def test_check_says_what_is_wrong_in_one_line(module, capsys: pytest.CaptureFixture[str], text: str, problem: str):
    code = main(["check", module(text)])

    err = capsys.readouterr().err
    assert code == 1
    assert problem in err
    assert err.count("\n") == 1


def test_requeue_moves_what_matches_and_leaves_the_rest():
    poison, queue = MemoryQueue("orders-poison"), MemoryQueue("orders")
    bodies = ['{"id": 1}', base64.b64encode(b'{"id": 2, "shop": "Bern"}').decode(), '{"id": 3, "shop": "Bern"}']
    for body in bodies:
        poison.send(body)

    moved = requeue(poison, queue, lambda text: "Bern" in text)

    assert (moved, queue.bodies(), poison.bodies()) == (2, tuple(bodies[1:]), (bodies[0],))


def test_requeue_of_more_than_a_page_moves_all_once():
    poison, queue = MemoryQueue("orders-poison"), MemoryQueue("orders")
    for number in range(100):
        poison.send(str(number))

    assert requeue(poison, queue, lambda text: True) == 100
    assert (len(queue), len(poison), len(queue.receive(32, timedelta(seconds=1)))) == (100, 0, 32)


def test_requeue_wants_a_poison_queue(capsys: pytest.CaptureFixture[str]):
    assert main(["requeue", "orders"]) == 1
    assert capsys.readouterr().err == "requeue: 'orders' is no poison queue; expected a name that ends in -poison\n"


def test_module_that_is_missing_is_named():
    with pytest.raises(StartError, match=r"^not_here_at_all: cannot be imported"):
        list(check("not_here_at_all", {}))
