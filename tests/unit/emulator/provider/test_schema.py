"""The package's schema: what Pulumi YAML and the like check a program against."""

from emulator.provider.schema import package_schema
from emulator.resources.catalogue import HANDLERS

QUEUE, SITE = "azure-native:storage:Queue", "azure-native:web:WebApp"


def references(value):
    match value:
        case {"$ref": str(ref)}:
            yield ref
        case dict():
            for item in value.values():
                yield from references(item)
        case list():
            for item in value:
                yield from references(item)


def test_a_resource_has_its_inputs_and_outputs(facts):
    queue = package_schema(facts, [QUEUE])["resources"][QUEUE]

    assert queue["requiredInputs"] == ["accountName", "resourceGroupName"]
    assert queue["inputProperties"]["metadata"] == {"type": "object", "additionalProperties": {"type": "string"}}
    assert queue["properties"]["approximateMessageCount"] == {"$ref": "pulumi.json#/Any"}


def test_every_type_that_is_named_is_there(facts):
    schema = package_schema(facts, HANDLERS)
    named = {ref.removeprefix("#/types/") for ref in references(schema) if ref.startswith("#")}

    assert sorted(schema["resources"]) == sorted(HANDLERS)
    assert named == set(schema["types"])
    assert {entry["type"] for entry in schema["types"].values()} <= {"object", "string", "number"}


def test_a_list_of_objects_and_an_enum_are_written_out(facts):
    schema = package_schema(facts, [SITE])

    config = schema["types"]["azure-native:web:SiteConfig"]["properties"]
    assert config["appSettings"] == {"type": "array", "items": {"$ref": "#/types/azure-native:web:NameValuePair"}}
    assert {"value": "Disabled"} in schema["types"]["azure-native:web:FtpsState"]["enum"]


def test_a_type_that_the_sdk_does_not_have_is_left_out(facts):
    assert package_schema(facts, ["azure-native:storage:Nothing"])["resources"] == {}
