"""What is written for Azure's machine, said for this one."""

from pathlib import Path

import pytest

from emulator.appservice import translation

HOME = Path("/state/sites/shop/home")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/home/site/wwwroot/lib", "/state/sites/shop/home/site/wwwroot/lib"),
        ("/opt/x:/home/y", "/opt/x:/state/sites/shop/home/y"),
        ("a=/home/y;b=/home/z", "a=/state/sites/shop/home/y;b=/state/sites/shop/home/z"),
        ("/home", "/state/sites/shop/home"),
        ("https://example.org/home/page", "https://example.org/home/page"),
        ("/homes/x", "/homes/x"),
        ("/srv/home/x", "/srv/home/x"),
        ("", ""),
    ],
)
def test_home_is_translated_where_a_path_begins(value: str, expected: str) -> None:
    assert translation.settings({"X": value}, HOME) == {"X": expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gunicorn --bind=0.0.0.0:$PORT shop:app", "gunicorn --bind=127.0.0.1:$PORT shop:app"),
        ("gunicorn --bind=0.0.0.0:8000 shop:app", "gunicorn --bind=127.0.0.1:$PORT shop:app"),
        ("uvicorn shop:app --host 0.0.0.0 --port 8000", "uvicorn shop:app --host 127.0.0.1 --port $PORT"),
        ("flask run -p 8000", "flask run -p $PORT"),
        ("serve --port 80000", "serve --port 80000"),
        ("serve 10.0.0.0.0", "serve 10.0.0.0.0"),
        ("python /home/site/wwwroot/run.py", "python /state/sites/shop/home/site/wwwroot/run.py"),
    ],
)
def test_a_command_listens_on_loopback_and_on_the_port_it_was_given(text: str, expected: str) -> None:
    assert translation.command(text, stack="PYTHON", home=HOME) == expected


def test_each_stack_has_its_images_port() -> None:
    assert translation.command("node x --port 8080", stack="NODE", home=HOME) == "node x --port $PORT"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gunicorn -b 127.0.0.1:$PORT x:y", True),
        ("x --host localhost:8000", True),
        ("gunicorn -b 0.0.0.0:$PORT", False),
    ],
)
def test_a_command_that_azure_could_not_reach_is_known(text: str, expected: bool) -> None:
    assert translation.listens_on_loopback(text) is expected
