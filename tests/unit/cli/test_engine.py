"""Which Pulumi is used, and how it is run."""

from pathlib import Path

import pytest

from oneplan.cli.backend import FileBackend
from oneplan.cli.engine import Engine, Pulumi, find_pulumi
from oneplan.errors import OperateError
from oneplan.operate import State


def put(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho asked >> "{path}.log"\necho {version}\n')
    path.chmod(0o755)
    return path


def test_the_users_own_is_preferred_and_asked_for_its_version_once(tmp_path: Path):
    own = put(tmp_path / "bin/pulumi", "v3.250.1")
    put(tmp_path / "tools/pulumi/bin/pulumi", "v3.274.1")

    found = [find_pulumi(tmp_path, State.of(tmp_path), str(own.parent)) for _ in range(2)]

    assert found == [Pulumi(own, is_ours=False)] * 2
    assert Path(f"{own}.log").read_text() == "asked\n"


def test_without_one_on_path_ours_is_taken(tmp_path: Path):
    ours = put(tmp_path / "tools/pulumi/bin/pulumi", "v3.274.1")

    assert find_pulumi(tmp_path, State.of(tmp_path), str(tmp_path)) == Pulumi(ours, is_ours=True)


def test_a_project_without_one_of_its_own_uses_that_of_the_installation(tmp_path: Path):
    ours = put(tmp_path / "checkout/tools/pulumi/bin/pulumi", "v3.274.1")
    project = tmp_path / "project"

    found = find_pulumi(project, State.of(project), str(tmp_path), installation=tmp_path / "checkout")

    assert found == Pulumi(ours, is_ours=True)


@pytest.mark.parametrize("version", ["v3.199.0", "v4.0.0"])
def test_a_version_that_does_not_fit_is_refused(tmp_path: Path, version: str):
    own = put(tmp_path / "bin/pulumi", version)

    with pytest.raises(OperateError) as refused:
        find_pulumi(tmp_path, State.of(tmp_path), str(own.parent))

    assert str(refused.value) == (
        f"{own}: is version {version[1:]}; 3.200.0 or newer and below 4 is needed:"
        " upgrade it, or take it off PATH and run `make setup`"
    )


def test_something_else_of_that_name_is_refused(tmp_path: Path):
    own = put(tmp_path / "bin/pulumi", "hello")

    with pytest.raises(OperateError) as refused:
        find_pulumi(tmp_path, State.of(tmp_path), str(own.parent))

    assert str(refused.value) == f"{own}: does not say its version; reinstall it, or run `make setup`"


def test_resources_are_counted_without_pulumis_own(tmp_path: Path):
    path = tmp_path / ".pulumi/stacks/oneplan/dev.json"
    path.parent.mkdir(parents=True)
    path.write_text(
        '{"checkpoint": {"latest": {"resources": [{"type": "pulumi:pulumi:Stack"},'
        ' {"type": "pulumi:providers:azure-native"}, {"type": "azure-native:web:WebApp"}]}}}'
    )

    assert FileBackend(tmp_path).resources("dev") == 1


def test_a_stack_that_is_not_there_has_no_resources(tmp_path: Path):
    assert FileBackend(tmp_path).resources("dev") == 0


def test_what_is_no_program_is_told_without_pythons_words(tmp_path: Path):
    broken = tmp_path / "user" / "pulumi"
    broken.parent.mkdir()
    broken.write_text("no program")
    broken.chmod(0o755)

    with pytest.raises(OperateError) as caught:
        find_pulumi(tmp_path, State.of(tmp_path), path=str(broken.parent))

    assert str(caught.value) == f"{broken}: does not start (Exec format error); reinstall it, or run `make setup`"


def test_the_local_state_is_found_under_the_projects_own_name(tmp_path: Path):
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    path = tmp_path / ".oneplan/pulumi/.pulumi/stacks/shop/dev.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"checkpoint": {"latest": {"resources": [{"type": "azure-native:web:WebApp"}]}}}')

    assert FileBackend.of(tmp_path).resources("dev") == 1


@pytest.mark.parametrize("text", ["", "runtime: python", "name: [", "\0", None])
def test_a_pulumi_file_without_a_name_is_told(tmp_path: Path, text: str | None):
    if text is not None:
        (tmp_path / "Pulumi.yaml").write_text(text)

    with pytest.raises(OperateError) as caught:
        FileBackend.of(tmp_path)

    assert str(caught.value) == (
        "Pulumi.yaml: cannot be read, or has no name; compare it with one that `oneplan init` makes"
    )


def test_a_preview_alone_skips_checkpoints_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PULUMI_SKIP_CHECKPOINTS", raising=False)
    seen: list[tuple[str, str | None]] = []

    def run(command: list[str], *, cwd: Path, env: dict[str, str]) -> int:
        seen.append((command[1], env.get("PULUMI_SKIP_CHECKPOINTS")))
        return 0

    def engine() -> Engine:
        return Engine(tmp_path, "dev", Pulumi(tmp_path / "pulumi", is_ours=True), {}, run=run)

    engine()("preview")
    engine()("up", "--yes")
    monkeypatch.setenv("PULUMI_SKIP_CHECKPOINTS", "false")
    engine()("preview")

    assert seen == [("preview", "true"), ("up", None), ("preview", "false")]


@pytest.mark.parametrize(
    ("arguments", "variable", "told"),
    [
        (["preview"], None, "off"),
        (["up", "--yes", "--diff"], None, "off"),
        (["preview", "--debug"], None, None),
        (["up", "--debug=true"], None, None),
        (["preview", "-d"], None, None),
        (["preview", "-rd"], None, None),
        (["preview", "--logtostderr", "-v=9"], None, None),
        (["up", "--verbose", "3"], None, None),
        (["up", "--logflow"], None, None),
        (["preview"], ("PULUMI_OPTION_DEBUG", "true"), None),
        (["preview"], ("ONEPLAN_SDK_DEBUG", "on"), "on"),
    ],
)
def test_a_program_is_told_to_save_debug_messages_that_pulumi_does_not_show(
    tmp_path: Path, arguments: list[str], variable: tuple[str, str] | None, told: str | None
):
    seen: list[str | None] = []

    def run(command: list[str], *, cwd: Path, env: dict[str, str]) -> int:
        seen.append(env.get("ONEPLAN_SDK_DEBUG"))
        return 0

    variables = dict([variable] if variable else [])
    Engine(tmp_path, "dev", Pulumi(tmp_path / "pulumi", is_ours=True), variables, run=run)(*arguments)

    assert seen == [told]
