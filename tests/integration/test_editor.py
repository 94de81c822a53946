"""The real YAML language server over the schemas: what users of an editor see."""

import importlib.util
import sys
from pathlib import Path

import pytest

from emulator.storage import find_node

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "editor" / "session.py"


@pytest.fixture(scope="module")
def session():
    """The tool that records a session, with the client it uses."""
    spec = importlib.util.spec_from_file_location("editor_session", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def server(session):
    with session.LanguageServer(find_node(), ROOT) as running:
        yield running


@pytest.mark.integration
def test_the_recorded_session_is_what_the_server_answers_today(session, server):
    assert session.record(server) == session.PAGE.read_text(encoding="utf-8")


@pytest.mark.integration
@pytest.mark.parametrize(
    "name",
    [
        "oneplan.yaml",
        "Pulumi.dev.yaml",
        "Pulumi.prod.yaml",
        *sorted(file.relative_to(ROOT).as_posix() for file in ROOT.glob("jobs/*/job.yaml")),
    ],
)
def test_the_examples_have_a_schema_line_and_no_fault(server, name):
    text = (ROOT / name).read_text(encoding="utf-8")

    assert text.startswith("# yaml-language-server: $schema=")
    assert server.open(name, text) == []


@pytest.mark.integration
def test_the_flattened_schema_finds_the_same_faults(session, server):
    for scene in session.SCENES:
        if not scene.title.endswith("with faults"):
            continue
        told = server.open(scene.name.replace("recorded", "current"), scene.text)
        flat = scene.text.replace("schemas/", "schemas/draft-07/")

        assert [_place(one) for one in server.open(scene.name.replace("recorded", "flat"), flat)] == [
            _place(one) for one in told
        ]
        assert told


@pytest.mark.integration
def test_a_completed_job_is_a_job_without_faults(session, server):
    line = "# yaml-language-server: $schema=../../schemas/job.schema.json\n"
    server.open("jobs/empty/job.yaml", f"{line}\n")
    offered = {one["label"]: one for one in server.completions("jobs/empty/job.yaml", 1, 0)}
    snippet = offered["job on a schedule"]["insertText"]
    filled = session.re.sub(r"\$\{\d+:([^}]*)\}", r"\1", snippet)

    assert filled.startswith('summary: What it does\ntrigger:\n  cron: "0 6 * * *"\ncommand: python -m my_job\n')
    assert server.open("jobs/filled/job.yaml", f"{line}{filled}\n") == []


def _place(problem):
    return problem["range"]["start"], problem["message"]
