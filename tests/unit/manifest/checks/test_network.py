"""The network and what is closed: every way it cannot be, in words, and the ways it can."""

import pytest

HUB = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/hub"
    "/providers/Microsoft.Network/virtualNetworks/hub"
)
FINE = "network: {range: 10.0.0.0/24, apps: 10.0.0.0/26, endpoints: 10.0.0.64/27}"


def said(project, line):
    project.replace("tags: {owner: web-team}\n", f"{line}\n")
    return [problem.partition(" WJ")[2] for problem in project.problems()]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (FINE, []),
        ("network: {apps: 10.0.0.0/26}", ["117 network.apps is a range of a network that nobody makes"]),
        ("network: {apps: " + HUB + "/subnets/apps}", []),
        ("network: {apps: " + HUB + "/subnets/a, endpoints: " + HUB + "/subnets/a}", ["120 apps and endpoints name"]),
        ("network: {range: 10.0.0.0/24, apps: " + HUB + "/subnets/a}", ["117 network.apps is a subnet of another net"]),
        ("network: {range: 10.0.0.1/24, apps: 10.0.0.0/26}", ["117 network.range 10.0.0.1/24 is not a range of"]),
        ("network: {range: 10.0.0.0/24, apps: 10.0.0.0/33}", ["117 network.apps 10.0.0.0/33 is not a range of"]),
        ("network: {range: 10.0.0.0/24, apps: 10.0.0.300/26}", ["117 network.apps 10.0.0.300/26 is not a range of"]),
        ("network: {range: 10.0.0.0/24, apps: ten}", ['012 network.apps: "ten" is neither a range of addresses nor']),
        (
            "network: {range: 224.0.0.0/24, apps: 224.0.0.0/26}",
            ["117 network.range 224.0.0.0/24 holds", "117 network.a"],
        ),
        ("network: {range: 10.0.0.0/24, apps: 10.0.0.0/30}", ["118 network.apps 10.0.0.0/30 is smaller than /29"]),
        ("network: {range: 10.0.0.0/24, apps: 10.0.0.0/29}", ["118 network.apps 10.0.0.0/29 has 8 addresses; 1 machi"]),
        (
            "network: {range: 10.0.0.0/24, apps: 10.0.0.0/26, endpoints: 10.0.0.32/27}",
            ["117 network.endpoints 10.0.0.32/27 overlaps network.apps 10.0.0.0/26"],
        ),
        ("network: {range: 10.0.0.0/24}", ['011 missing key "apps" in network']),
        (
            "network: {range: 10.0.0.0/24, apps: 10.0.0.0/26, private: [storage, vault]}",
            ["121 storage, vault private, and no subnet for private endpoints; add network.endpoints"],
        ),
        (FINE.replace("}", ", private: [mail]}"), ['015 network.private.0: "mail" is not one of storage, packages']),
        ("protect: [storage, vault, plan, packages]", []),
    ],
)
def test_what_a_network_cannot_be_is_told(project, line, expected):
    found = said(project, line)

    assert [problem[: len(wanted)] for problem, wanted in zip(found, expected, strict=True)] == expected


def test_endpoints_are_counted_with_those_of_slots_and_of_storage(project):
    project.replace("kind: web\n", "kind: web\n    private: true\n")

    found = said(
        project, "network: {range: 10.0.0.0/24, apps: 10.0.0.0/26, endpoints: 10.0.0.64/29, private: [storage, vault]}"
    )

    assert found == [
        ("118 network.endpoints 10.0.0.64/29 has room for 3 private endpoints; there are 6, write 10.0.0.64/28")
    ]


def test_the_name_of_an_endpoint_has_a_limit_too(project):
    project.replace("staging: {jobs", "a-slot-with-a-name-as-long-as-azure-will-take-it-here: {jobs")
    project.replace("kind: web\n", "kind: web\n    private: true\n")

    assert said(project, FINE) == [
        (
            '027 the Azure name "tempus-dev-storefront-a-slot-with-a-name-as-long-as-azure-will-take-it-here-endpoint" '
            "has 84 characters; the limit for a private endpoint is 64, shorten `name` or the key of the app or slot"
        )
    ]


def test_a_public_container_of_private_storage_is_refused(project):
    project.replace("thumbs: {public: false}", "thumbs: {public: true}")

    assert said(project, FINE.replace("}", ", private: [storage]}")) == [
        '121 container "thumbs" is public and network.private has storage; nobody outside reads it, take one out'
    ]


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        ("{office: 198.51.100.0/24, one: 198.51.100.7, six: '2001:db8::/32', door: AzureFrontDoor.Backend}", []),
        ("{hub: " + HUB + "/subnets/apps}", []),
        ("{office: 198.51.100.1/24}", ["117 access.office 198.51.100.1/24 is not a range of addresses; did you mean"]),
        (
            "{office: 198.51.100.900}",
            ["117 access.office 198.51.100.900 is not a range of addresses; write one such as"],
        ),
        ("{all: '::/0'}", ["122 access.all ::/0 is everybody"]),
        ("{a: 198.51.100.7, b: 198.51.100.7/32}", ["122 access.b is who access.a is already; remove one"]),
        ("{office: somewhere}", ['012 apps.api.access.office: "somewhere" is nobody who could be let in']),
    ],
)
def test_who_may_call_is_somebody(project, access, expected):
    project.replace("kind: api,", f"kind: api, access: {access},")

    found = [problem.partition(" WJ")[2] for problem in project.problems()]

    assert [problem[: len(wanted)] for problem, wanted in zip(found, expected, strict=True)] == expected


def test_rules_are_said_once_and_not_of_a_private_site(project):
    project.replace(
        "kind: api,",
        "kind: api, private: true, access: {office: 198.51.100.7}, azure: {site_config: "
        "{ip_security_restrictions_default_action: Deny}},",
    )

    assert said(project, FINE) == [
        '122 app "api" is private, so access rules decide nothing; remove access or private',
        "122 access says who may call, and azure.site_config.ip_security_restrictions_default_action too; remove one",
    ]


def test_what_a_stack_says_of_the_network_is_told_at_the_stacks_line(project):
    project.write(
        "Pulumi.dev.yaml", "config:\n  oneplan:overrides:\n    network: {range: 10.0.0.0/24, apps: 10.9.0.0/26}\n"
    )

    assert project.problems() == [
        "Pulumi.dev.yaml:3:41: WJ117 network.apps 10.9.0.0/26 is not in network.range 10.0.0.0/24; write a range in it"
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "kind: api, source: apps/api, runtime: python:3.13",
            "kind: functions, source: apps/api, runtime: python:3.13, command: python f.py",
            "the Functions host starts the app; remove command",
        ),
        ("sku: S1", "sku: P1v3", None),
    ],
)
def test_a_field_without_effect_is_refused(project, old, new, expected):
    project.replace(old, new)

    found = [problem.partition(" WJ125 ")[2] for problem in project.problems()]

    assert found == ([expected] if expected else [])


def test_a_windows_container_has_a_command_but_mounts_nothing(project):
    project.replace("os: linux, sku: S1", "os: windows, sku: P1v3")
    project.replace(
        "runtime: python:3.13, uses", 'runtime: "image:r.example/a:1", command: serve, package: mount, uses'
    )

    found = [problem for problem in project.problems() if "apps.api" in problem or "WJ125" in problem]

    assert [problem.partition(" WJ")[2] for problem in found] == [
        "125 a Windows site is started by its web.config; remove command",
        "125 a container has its files in its image; remove package",
    ]
