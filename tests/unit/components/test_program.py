"""A stack as a whole: names from before, the order things are made in, and nothing that a preview would not show."""

import ast
import re
from datetime import date
from pathlib import Path

import pulumi
import pytest
from pulumi_azure_native import web

from components.program import declare, without_old_aliases
from components.shared_plan import tier_of
from emulator.resources.plan import tier_of as tier_here
from oneplan.manifest.checks.sizes import size_of
from oneplan.packaging import SitePackage

ROOT = Path(__file__).parents[3]
APP, BLOB, ROLE = "azure-native:web:WebApp", "azure-native:storage:Blob", "azure-native:authorization:RoleAssignment"
SIZES = [
    f"{family}{number}{memory}{version}"
    for family in "FDBSPI"
    for number in range(7)
    for memory in ("", "m")
    for version in ("", "v2", "v3", "v4")
]


def transformed(**options):
    args = pulumi.ResourceTransformationArgs(None, "t", "n", {}, pulumi.ResourceOptions(**options))
    return without_old_aliases(args).opts.aliases


def test_names_of_the_sdk_from_before_go_and_those_of_a_renamed_child_stay():
    own = pulumi.Alias(name="shop-site")
    typed = pulumi.Alias(type_="oneplan:index:Site")
    both = pulumi.Alias(name="shop-site", type_="azure-native:web:WebApp")
    theirs = pulumi.Alias(type_="azure-native:web/v20150801:WebApp")

    assert transformed(aliases=[theirs, own, typed, both, "urn:pulumi:dev::p::t::n"]) == [
        own,
        typed,
        both,
        "urn:pulumi:dev::p::t::n",
    ]
    assert transformed(aliases=[theirs]) is None
    assert transformed() is None


def test_the_sdks_own_aliases_have_the_form_that_is_taken_away(engine):
    """Else the transformation would do nothing, and large programs preview in twice the time."""
    seen = []

    def keep(args):
        seen.append((args.opts.aliases, without_old_aliases(args).opts.aliases))

    @pulumi.runtime.test
    def program():
        return web.AppServicePlan(
            "shop",
            resource_group_name="rg",
            opts=pulumi.ResourceOptions(transformations=[keep], aliases=[pulumi.Alias(name="old")]),
        ).id

    program()

    ((before, after),) = seen
    assert len(before) > 5
    assert [alias.name for alias in after] == ["old"]


@pytest.fixture
def order_of(declared):
    """The names of an example's resources, by type, in the order they are made."""

    def of(example):
        def packages(manifest):
            return {app: SitePackage(app, Path(f"/p/{app}.zip"), "h", 1, 1, (), reused=False) for app in manifest.apps}

        pulumi.runtime.set_all_config({"oneplan:mail-password": "made-up", "oneplan:export-key": "made-up"})
        folder = ROOT / "examples" / example
        engine = declared(
            lambda: pulumi.Output.from_input(
                declare(folder, "prod", today=date(2026, 11, 24), build=packages)["resource_group"]
            )
        )
        return list(engine.created)

    return of


def test_roles_and_doors_come_before_the_first_start(order_of):
    order = order_of("private-network")
    start = order.index((APP, "portal-app"))

    first = [(ROLE, "portal-secrets"), ("azure-native:network:PrivateDnsZoneGroup", "storage-queue-names")]
    assert [order.index(each) < start for each in first] == [True, True]
    assert order.index(("azure-native:resources:Deployment", "portal-deployment")) > max(
        order.index(each) for each in order if each[0] == ROLE and each[1].startswith("portal-")
    )


def test_a_mounted_package_is_there_before_the_site_that_mounts_it(order_of):
    order = order_of("windows-dotnet")
    mounted = [name.removesuffix("-package") for kind, name in order if kind == BLOB]

    assert mounted
    assert all(order.index((BLOB, f"{app}-package")) < order.index((APP, f"{app}-app")) for app in mounted)


def test_locks_are_made_last(order_of):
    order = order_of("everything")
    locks = [index for index, (kind, _) in enumerate(order) if kind.endswith(":ManagementLockByScope")]

    assert len(locks) == 4
    assert min(locks) > max(index for index, (kind, _) in enumerate(order) if kind == ROLE and _.startswith("shop-"))


def test_nothing_is_declared_inside_what_waits_for_a_value():
    """It would be missing from every preview, whose values are not known."""
    resources = re.compile(r"^(?:web|storage|resources|network|monitor|keyvault|authorization|privatedns)\.[A-Z]")
    found = []
    for file in sorted((ROOT / "components").glob("*.py")):
        tree = ast.parse(file.read_text())
        named = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "apply":
                for body in (named.get(arg.id, arg) if isinstance(arg, ast.Name) else arg for arg in call.args):
                    made = [ast.unparse(one.func) for one in ast.walk(body) if isinstance(one, ast.Call)]
                    found += [(file.name, each) for each in made if resources.match(each) or each in {"grant", "lock"}]

    assert found == []


def test_every_size_that_the_manifest_takes_has_a_tier_in_azure_and_here():
    known = [size for size in SIZES if size_of(size)]

    assert len(known) > 40
    assert [size for size in known if tier_here(size) is None or tier_here(size).name != tier_of(size)] == []
