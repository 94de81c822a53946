"""Templates from parameters to outputs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.template import Context, Template, TemplateError
from emulator.template.dates import add_duration, format_date, parse_date

NOW = datetime(2026, 1, 31, 12, 30, 15, 123456, tzinfo=UTC)
HEAD = {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}


def context(**more: Any) -> Context:
    asked: dict[str, Any] = {
        "list_function": lambda function, account, api_version, body: {"serviceSasToken": f"sas({account},{body})"},
        "reference": lambda resource, full: {"id": resource, "primaryEndpoints": {"blob": "https://b/"}},
    }
    group = {"id": "/subscriptions/S/resourceGroups/rg", "name": "rg", "location": "westeurope"}
    return Context("S", "T", group, "dep", lambda: NOW, **{**asked, **more})


def template(given: dict | None = None, **parts: Any) -> Template:
    document = {**HEAD, "contentVersion": "1.0.0.0", "resources": [], **parts}
    return Template(document, given or {}, context())


def value(expression: str) -> Any:
    """The value of an expression in an output."""
    return template(outputs={"x": {"type": "string", "value": f"[{expression}]"}}).outputs()["x"]["value"]


def test_the_package_template_gives_the_signed_address_and_keeps_it_out_of_everything_else():
    found = template(
        parameters={
            "readUntil": {
                "type": "string",
                "defaultValue": "[dateTimeAdd(utcNow('u'), 'PT1H', 'yyyy-MM-ddTHH:mm:ssZ')]",
            }
        },
        variables={
            "account": "[resourceId('S2', 'rg2', 'Microsoft.Storage/storageAccounts', 'acct')]",
            "read": {"signedResource": "b", "signedExpiry": "[parameters('readUntil')]"},
        },
        resources=[
            {
                "type": "Microsoft.Web/sites/extensions",
                "apiVersion": "2024-04-01",
                "name": "shop/onedeploy",
                "properties": {
                    "packageUri": "[concat('https://b/p.zip?', "
                    "listServiceSas(variables('account'), '2023-05-01', variables('read')).serviceSasToken)]",
                    "clean": True,
                },
            }
        ],
        outputs={"deployKey": {"type": "string", "value": "abc"}},
    )

    account = "/subscriptions/S2/resourceGroups/rg2/providers/Microsoft.Storage/storageAccounts/acct"
    assert found.resources[0].resolve() == {
        "packageUri": f"https://b/p.zip?sas({account},"
        "{'signedResource': 'b', 'signedExpiry': '2026-01-31T13:30:15Z'})",
        "clean": True,
    }
    assert found.parameters == {"readUntil": {"type": "String", "value": "2026-01-31T13:30:15Z"}}
    assert found.outputs() == {"deployKey": {"type": "String", "value": "abc"}}
    assert "sas(" not in repr(found.resources)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("CONCAT('a', 1, 'b')", "a1b"),
        ("concat(createArray(1), createArray(2))", [1, 2]),
        ("format('{0}/{1}{{}}', 'a', 2)", "a/2{}"),
        ("uri('https://a/b/', 'c.zip')", "https://a/b/c.zip"),
        ("resourceGroup().LOCATION", "westeurope"),
        ("subscription().subscriptionId", "S"),
        ("if(equals('a', 'a'), 'yes', json('{broken'))", "yes"),
        ("and(true(), not(false()), or(false(), true()))", True),
        ("toLower('ABC')", "abc"),
        ("string(createObject('a', 1))", '{"a":1}'),
        ("createObject('a', createArray(1, 'b')).a[1]", "b"),
        ("base64ToString(base64('ä'))", "ä"),
        ("dateTimeToEpoch('2026-01-31T00:00:00Z')", 1769817600),
        ("dateTimeFromEpoch(0)", "1970-01-01T00:00:00Z"),
        ("dateTimeAdd('2026-01-31 00:00:00Z', 'P1M')", "2026-02-28 00:00:00Z"),
        ("split('a,b;c', createArray(',', ';'))[2]", "c"),
        ("last(split('a/b', '/'))", "b"),
        ("substring('package', 0, 4)", "pack"),
        ("div(-7, 2)", -3),
        ("coalesce(null(), 'x')", "x"),
        ("union(createObject('a', 1), createObject('b', 2))", {"a": 1, "b": 2}),
        ("empty('')", True),
        ("resourceId('Microsoft.Web/sites/slots', 'shop', 'staging')",
         "/subscriptions/S/resourceGroups/rg/providers/Microsoft.Web/sites/shop/slots/staging"),
        ("subscriptionResourceId('A.B/c', 'd')", "/subscriptions/S/providers/A.B/c/d"),
        ("reference('/x').primaryEndpoints.blob", "https://b/"),
    ],
)  # fmt: skip
def test_functions(expression, expected):
    assert value(expression) == expected


def test_a_unique_string_depends_on_its_arguments_alone():
    found = value("uniqueString('a', 'b')")

    assert found == value("uniqueString('a', 'b')") != value("uniqueString('a', 'c')")
    assert len(found) == 13


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"resorces": []}, "template: the property 'resorces' is not allowed at this level; did you mean 'resources'?"),
        (
            {"variables": {"v": "[listKeys('/x', '2023-01-01')]"}},
            ("template: variables.v: the function 'listKeys' may stand in a resource's properties and outputs only, "
            "not in variables"),
        ),
        (
            {"variables": {"v": {"a": ["[utcNow()]"]}}},
            ("template: variables.v.a[0]: the function 'utcNow' may stand in a parameter's defaultValue only, "
            "not in variables"),
        ),
        ({"variables": {"a": "[variables('b')]", "b": "[variables('a')]"}},
         "template: variables.a: the variable 'a' needs itself"),
        ({"variables": {"a": "[parameters('nme')]"}}, "template: variables.a: the parameter 'nme' is not found"),
        ({"variables": {"a": "[nope(1)]"}}, "template: variables.a: nope: a function the emulator does not know"),
        ({"variables": {"a": "[toLower(1)]"}}, "template: variables.a: toLower: cannot work on an int"),
        ({"variables": {"a": "[not()]"}}, "template: variables.a: not: takes 1 arguments, not 0"),
        ({"variables": {"a": "[json('{')]"}},
         "template: variables.a: json: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ({"parameters": {"p": {"type": "string"}}}, "template: parameters.p: has no value and no default"),
        ({"parameters": {"p": {"type": "int", "defaultValue": "1"}}},
         "template: parameters.p: the value is not of the type Int"),
        ({"parameters": {"p": {"type": "string", "defaultValue": "c", "allowedValues": ["a", "b"]}}},
         "template: parameters.p: the value is not one of the allowed 'a', 'b'"),
        ({"resources": [{"type": "A/b", "name": "x"}]},
         "template: resources[0]: the required property 'apiVersion' is missing"),
        ({"resources": [{"type": "A/b/c", "name": "x", "apiVersion": "1"}]},
         "template: resources[0].name: the name 'x' does not fit the type 'A/b/c'"),
        ({"resources": [{"type": "A/b", "name": "x", "apiVersion": "1", "copy": {}}]},
         "template: resources[0].copy: copy loops are not known to the emulator; write the resources out"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(parts, message):
    with pytest.raises(TemplateError) as caught:
        template(**parts)

    assert str(caught.value) == message


@pytest.mark.parametrize("expression", ["[concat(]", "[listServiceSas('/x')]"])
def test_a_fault_in_a_resource_names_the_property(expression):
    resource = {"type": "A/b", "name": "x", "apiVersion": "1", "properties": {"packageUri": expression}}

    with pytest.raises(TemplateError, match=r"^template: resources\[0\]\.properties\.packageUri: "):
        template(resources=[resource]).resources[0].resolve()


def test_a_syntax_error_in_the_last_resource_is_found_before_the_first_is_deployed():
    good = {"type": "A/b", "name": "x", "apiVersion": "1"}
    bad = {**good, "name": "y", "properties": {"a": ["[f(']"]}}

    with pytest.raises(TemplateError, match=r"resources\[1\]\.properties\.a\[0\]: column 4"):
        template(resources=[good, bad])


def test_a_parameter_that_the_template_lacks_is_refused():
    with pytest.raises(TemplateError, match=r"template: parameters\.x: the template has no parameter 'x'"):
        template({"x": 1})


def test_secure_values_are_never_told():
    found = template(
        {"key": "hidden"},
        parameters={"key": {"type": "securestring"}},
        outputs={"key": {"type": "secureString", "value": "[parameters('key')]"}},
    )

    assert found.parameters == {"key": {"type": "SecureString"}}
    assert found.outputs() == {"key": {"type": "SecureString"}}
    assert "hidden" not in repr(vars(found)["_parameters"])


def test_resources_stand_after_what_they_depend_on():
    def resource(name: str, *needs: str, **more: Any) -> dict[str, Any]:
        return {"type": "A/b", "name": name, "apiVersion": "1", "dependsOn": list(needs), **more}

    found = template(
        resources=[
            resource("last", "[resourceId('A/b', 'first')]"),
            resource("first", resources=[{"type": "c", "name": "child", "apiVersion": "1"}]),
            resource("never", condition="[equals(1, 2)]"),
        ]
    )

    assert [item.name for item in found.resources] == ["first", "last", "first/child"]
    with pytest.raises(TemplateError, match="circular dependency between a, b"):
        template(resources=[resource("a", "b"), resource("b", "a")])


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("u", "2026-01-31 12:30:15Z"),
        ("s", "2026-01-31T12:30:15"),
        ("o", "2026-01-31T12:30:15.1234560Z"),
        ("R", "Sat, 31 Jan 2026 12:30:15 GMT"),
        ("yyyyMMddTHHmmssZ", "20260131T123015Z"),
        ("yyyy-MM-ddTHH:mm:ssZ", "2026-01-31T12:30:15Z"),
        ("d/M/yy h:mm tt", "31/1/26 12:30 PM"),
        ("'at' HH\\h", "at 12h"),
    ],
)
def test_dates_are_written_as_dotnet_writes_them(pattern, text):
    assert format_date(NOW, pattern) == text


@given(st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1)), st.integers(0, 10**7))
def test_seconds_are_added_exactly(moment, seconds):
    start = moment.replace(microsecond=0, tzinfo=UTC)

    later = add_duration(start, f"PT{seconds}S")

    assert (later - start).total_seconds() == seconds
    assert parse_date(format_date(later, "u")) == (later, "u")


def test_a_date_or_duration_that_is_none_is_refused():
    with pytest.raises(TemplateError, match="'soon' is not a date"):
        parse_date("soon")
    with pytest.raises(TemplateError, match="'1h' is not a duration"):
        add_duration(NOW, "1h")
    with pytest.raises(TemplateError, match="leads beyond the years"):
        add_duration(NOW, "P9999Y")
