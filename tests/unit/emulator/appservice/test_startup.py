"""What a site runs."""

from pathlib import Path

import pytest

from emulator.appservice.startup import find_command

GUNICORN = "gunicorn --timeout 600 --access-logfile - --error-logfile -"


def found(
    wwwroot: Path, files: dict[str, str], *, runtime: str = "PYTHON|3.13", custom: str | None = None
) -> str | None:
    for name, text in files.items():
        (wwwroot / name).parent.mkdir(parents=True, exist_ok=True)
        (wwwroot / name).write_text(text)
    return find_command(custom, runtime=runtime, wwwroot=wwwroot, settings={})


def test_a_custom_command_wins(tmp_path: Path) -> None:
    assert found(tmp_path, {"app.py": ""}, custom=" python -m shop ") == "python -m shop"


def test_a_shell_script_named_as_command_is_run(tmp_path: Path) -> None:
    assert found(tmp_path, {"start.sh": "x"}, custom="start.sh") == f"/bin/sh {tmp_path}/start.sh"


def test_of_any_other_file_the_first_line_is_the_command(tmp_path: Path) -> None:
    assert found(tmp_path, {"startup.txt": "python x.py\nsecond\n"}, custom="startup.txt") == "python x.py"


def test_one_word_that_is_no_file_is_a_program(tmp_path: Path) -> None:
    assert found(tmp_path, {}, custom="serve") == "serve"


@pytest.mark.parametrize(
    ("runtime", "files", "expected"),
    [
        ("PYTHON|3.13", {"app.py": ""}, f"{GUNICORN} app:app"),
        ("PYTHON|3.13", {"app.py": "", "application.py": ""}, f"{GUNICORN} application:app"),
        ("PYTHON|3.13", {"shop/wsgi.py": "", "app.py": ""}, f"{GUNICORN} shop.wsgi"),
        ("PYTHON|3.13", {"antenv/wsgi.py": ""}, None),
        ("PYTHON|3.13", {"main.py": "import fastapi"}, None),
        (
            "PYTHON|3.14",
            {"main.py": "from fastapi import FastAPI"},
            f"{GUNICORN} -k uvicorn.workers.UvicornWorker main:app",
        ),
        ("PYTHON|3.14", {"app.py": "import fastapi\nimport flask"}, f"{GUNICORN} app:app"),
        ("PYTHON|3.13", {"App_Data/jobs/triggered/x/run.py": ""}, None),
        ("NODE|22-lts", {"package.json": '{"scripts": {"start": "x"}}'}, "npm start"),
        ("NODE|22-lts", {"package.json": '{"scripts": {"start": "x"}}', "yarn.lock": ""}, "yarn run start"),
        ("NODE|22-lts", {"package.json": '{"main": "m.js"}', "m.js": ""}, "node m.js"),
        ("NODE|22-lts", {"package.json": "{", "server.js": ""}, "node server.js"),
        ("NODE|22-lts", {}, None),
        ("DOTNETCORE|9.0", {"app.py": ""}, None),
    ],
)
def test_the_image_finds_what_to_run(tmp_path: Path, runtime: str, files: dict[str, str], expected: str | None) -> None:
    assert found(tmp_path, files, runtime=runtime) == expected


def test_more_workers_come_by_setting(tmp_path: Path) -> None:
    (tmp_path / "app.py").touch()
    settings = {"PYTHON_ENABLE_GUNICORN_MULTIWORKERS": "true", "PYTHON_GUNICORN_CUSTOM_WORKER_NUM": "3"}

    command = find_command(None, runtime="PYTHON|3.13", wwwroot=tmp_path, settings=settings)

    assert command == f"{GUNICORN} --workers 3 app:app"
