"""The model and the schema refuse the same files, and the corpus leaves nothing of the schemas untried."""

import copy
from pathlib import Path

import jsonschema
import pytest
import yaml

from oneplan.errors import ManifestError
from oneplan.manifest import models, reader, schema, shape
from oneplan.manifest.problems import Problems
from oneplan.manifest.schema.mistakes import MISTAKES

CORPUS = Path(__file__).parent / "schema_corpus"
MODELS = {"oneplan": models.Project, "job": models.JobModel}
SCHEMAS = {kind: schema.schema(kind) for kind in schema.KINDS}
JUDGES = {kind: jsonschema.Draft202012Validator(found) for kind, found in SCHEMAS.items()}
SOUND = {
    kind: {file.stem: yaml.safe_load(file.read_text()) for file in sorted((CORPUS / kind).glob("*.yaml"))}
    for kind in schema.KINDS
}
FAULTS = yaml.safe_load((CORPUS / "faults.yaml").read_text())
DIFFERENCES = yaml.safe_load((CORPUS / "differences.yaml").read_text())


def changed(case, kind):
    """A sound file with one thing put in or taken out."""
    document = copy.deepcopy(SOUND[kind][case.get("file", "full")])
    *above, last = case["at"]
    place = document
    for step in above:
        place = place[step]
    if "to" in case:
        place[last] = case["to"]
    else:
        del place[last]
    return document


def cases(table):
    return [
        pytest.param(kind, one, id=f"{kind}: {'.'.join(one['at'])}") for kind, ones in table.items() for one in ones
    ]


@pytest.fixture
def model_refuses(request):
    """Whether the models refuse a file; of a stack, what the loader says about the stack's file."""

    def refuses(kind, document):
        text = yaml.safe_dump(document, sort_keys=False)
        if kind == "stack":
            project = request.getfixturevalue("project")
            project.write("Pulumi.corpus.yaml", text)
            return any(one.startswith("Pulumi.") for one in told(project))
        problems = Problems()
        tree = reader.read(text, f"{kind}.yaml", problems)
        shape.check(MODELS[kind], tree, (), problems)
        return problems.has_errors

    return refuses


def told(project):
    try:
        project.load("corpus")
    except ManifestError as error:
        return str(error).splitlines()
    return []


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, files in SOUND.items() for name in files])
def test_a_sound_file_is_accepted_by_both(kind, name, model_refuses):
    assert [error.message for error in JUDGES[kind].iter_errors(SOUND[kind][name])] == []
    assert not model_refuses(kind, SOUND[kind][name])


@pytest.mark.parametrize(("kind", "case"), cases(FAULTS))
def test_a_file_with_one_fault_is_refused_by_both(kind, case, model_refuses):
    document = changed(case, kind)

    assert not JUDGES[kind].is_valid(document)
    assert model_refuses(kind, document)


@pytest.mark.parametrize("case", DIFFERENCES["model"], ids=lambda case: case["why"])
def test_what_only_the_model_refuses_is_listed(case, model_refuses):
    document = changed(case, case["kind"])

    assert model_refuses(case["kind"], document)
    assert JUDGES[case["kind"]].is_valid(document)


@pytest.mark.parametrize("case", DIFFERENCES["schema"], ids=lambda case: case["why"])
def test_what_only_the_schema_refuses_is_listed(case, model_refuses):
    document = changed(case, case["kind"])

    assert not model_refuses(case["kind"], document)
    assert not JUDGES[case["kind"]].is_valid(document)


@pytest.mark.parametrize(("part", "key"), [(part, key) for part, wrong in MISTAKES.items() for key in wrong])
def test_a_likely_mistake_is_no_key_of_the_model(part, key):
    known = {one.__name__: one for one in _sections(models.Section)}

    assert key not in known[part].model_fields


@pytest.mark.parametrize("kind", ["oneplan", "job"])
def test_a_likely_mistake_is_refused_with_its_own_message(kind):
    part = "Project" if kind == "oneplan" else "JobModel"
    for key, message in MISTAKES[part].items():
        document = SOUND[kind]["full"] | {key: "x"}

        (error,) = JUDGES[kind].iter_errors(document)

        parent = SCHEMAS[kind]["allOf"][error.absolute_schema_path[1]]
        assert parent["errorMessage"] == message


def _sections(section):
    for one in section.__subclasses__():
        yield one
        yield from _sections(one)


class Coverage:
    """What a schema holds, and what the corpus touches of it; places are paths such as `Queue.lease`."""

    def __init__(self, whole):
        self.whole = whole
        self.nodes = {}
        self.touched = {}
        definitions = whole.get("$defs", {})
        for name, part in {"": whole, **definitions}.items():
            self._collect(part, name)
        self.by_identity = {id(node): place for place, node in self.nodes.items()}

    def _collect(self, node, place):
        self.nodes[place] = node
        for name, inner in node.get("properties", {}).items():
            if not inner.get("doNotSuggest"):
                self._collect(inner, f"{place}.{name}")
        if isinstance(node.get("additionalProperties"), dict):
            self._collect(node["additionalProperties"], f"{place}.*")
        if "items" in node:
            self._collect(node["items"], f"{place}[]")

    def visit(self, value, place=""):
        """Walks a sound file along the schema."""
        node = self.nodes[place]
        self.touched.setdefault(place, []).append(value)
        if "$ref" in node:
            self.visit(value, node["$ref"].removeprefix("#/$defs/"))
        if isinstance(value, dict):
            for name, inner in value.items():
                below = f"{place}.{name}" if f"{place}.{name}" in self.nodes else f"{place}.*"
                if below in self.nodes:
                    self.visit(inner, below)
        if isinstance(value, list) and f"{place}[]" in self.nodes:
            for inner in value:
                self.visit(inner, f"{place}[]")

    def holding(self, key):
        return {place for place, node in self.nodes.items() if key in node}


@pytest.fixture(params=["oneplan", "job"], scope="module")
def coverage(request):
    """A schema, walked along all sound files of its kind, and the errors of all files with faults."""
    found = Coverage(SCHEMAS[request.param])
    for document in SOUND[request.param].values():
        found.visit(document)
    judge = jsonschema.Draft202012Validator(found.whole)
    refused = [*FAULTS[request.param], *(one for one in DIFFERENCES["schema"] if one["kind"] == request.param)]
    errors = [error for case in refused for error in judge.iter_errors(changed(case, request.param))]
    found.refused = {(error.validator, found.by_identity.get(id(error.schema)), _missing(error)) for error in errors}
    return found


def _missing(error):
    return error.message.split("'")[1] if error.validator == "required" else ""


def test_every_property_has_a_description(coverage):
    named = {place: node for place, node in coverage.nodes.items() if "." in place and place[-1] not in "*]"}

    assert [place for place, node in named.items() if not node.get("markdownDescription")] == []
    assert [place for place, node in named.items() if not node["description"].endswith(".")] == []


def test_no_definition_is_unused(coverage):
    used = {node["$ref"].removeprefix("#/$defs/") for node in coverage.nodes.values() if "$ref" in node}

    assert used == set(coverage.whole["$defs"])


def test_every_property_is_in_a_sound_file(coverage):
    assert sorted(set(coverage.nodes) - set(coverage.touched)) == []


def test_every_value_of_a_list_is_used_and_one_other_refused(coverage):
    for place in coverage.holding("enum"):
        assert set(coverage.touched[place]) == set(coverage.nodes[place]["enum"]), place
        assert ("enum", place, "") in coverage.refused, place


def test_every_pattern_has_a_match_and_a_miss(coverage):
    """A match is shown by the sound files: every property is in one."""
    for place in coverage.holding("pattern"):
        assert ("pattern", place, "") in coverage.refused, place


def test_every_required_key_is_left_out_once(coverage):
    for place in coverage.holding("required"):
        for key in coverage.nodes[place]["required"]:
            assert ("required", place, key) in coverage.refused, (place, key)


def test_every_default_has_another_value(coverage):
    for place in coverage.holding("default"):
        assert set(map(str, coverage.touched[place])) - {str(coverage.nodes[place]["default"])}, place


def test_a_faulty_file_has_one_fault_only():
    """What is wrong is at one place, where the case changed something, or above or below it."""
    for kind, ones in FAULTS.items():
        for case in ones:
            places = {
                tuple(error.absolute_path)[: len(case["at"]) - 1]
                for error in JUDGES[kind].iter_errors(changed(case, kind))
            }
            assert len(places) == 1, case
