"""Whatever is in a file, a manifest or located problems come out; `make fuzz` asks a hundred thousand times."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from oneplan.manifest import validate
from tests.unit.manifest.conftest import TODAY, Project
from tests.unit.manifest.mutations import cases, faults_of, read

STACKS = ("dev", "prod")
ONCE = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def with_layers(project: Project) -> Project:
    project.overrides("jobs: {stock-sync: {trigger: {every: 20m}, timeout: 5m}}\nplan: {instances: 2}", "dev")
    return project.job("trigger: {queue: thumbnails}\ncommand: echo done\nstop_grace: 40s\n")


@pytest.mark.parametrize("thorough", [True, False])
def test_spoilt_files_give_a_manifest_or_located_problems(project, thorough):
    root = with_layers(project).root
    files = read(root)

    for case in cases(7, 500, files):
        (root / case.file).write_bytes(case.content)

        report = validate(root, STACKS[:1], today=TODAY, thorough=thorough)

        assert list(faults_of(report, STACKS[:1])) == [], case
        (root / case.file).write_bytes(files[case.file])


@ONCE
@given(st.binary(max_size=200))
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfea\0")
def test_any_bytes_at_all_may_be_a_job(project, content: bytes):
    project.write("jobs/odd/job.yaml", content)

    report = validate(project.root, STACKS, today=TODAY)

    assert list(faults_of(report, STACKS)) == []


@ONCE
@given(st.text(st.sampled_from("abc:-[]{}&*!|>'\"%@#?~ \n\t0.$,"), max_size=60))
def test_any_text_may_be_a_stacks_layer(project, text: str):
    project.overrides(text)

    report = validate(project.root, STACKS, today=TODAY)

    assert list(faults_of(report, STACKS)) == []


def texts(problems) -> set[str]:
    """As they are told; that a comment is of no use in any stack can only be told of all stacks together."""
    return {str(one) for one in problems if one.code != "WJ091"}


def test_two_stacks_together_give_what_each_gives_alone(project):
    """What is shared between stacks must not leak from one into the other."""
    root = with_layers(project).root
    project.job("trigger: {manual: true}\ncommand: x\nenabled: false\nsecrets: {A: 'stack:a'}\n", "special")
    files = read(root)

    for case in cases(11, 60, files):
        (root / case.file).write_bytes(case.content)

        together = validate(root, STACKS, today=TODAY)

        for stack in STACKS:
            alone = validate(root, (stack,), today=TODAY)
            mine = [one for one in together.problems if stack in (one.stacks or STACKS)]
            assert texts(mine) == texts(alone.problems), case
            assert together.manifests.get(stack) == alone.manifests.get(stack), case
        (root / case.file).write_bytes(files[case.file])
