"""What is known about plan sizes, runtimes and prices."""

import pytest

from oneplan.manifest import prices
from oneplan.manifest.checks.runtimes import OFFERED, is_alpine, verdict
from oneplan.manifest.checks.sizes import size_of

ALL = [
    *("F1", "D1", "B1", "B2", "B3", "S1", "S2", "S3", "P1v2", "P2v2", "P3v2"),
    *(f"P{number}v{version}" for number in range(4) for version in (3, 4)),
    *(f"P{number}mv{version}" for number in range(1, 6) for version in (3, 4)),
    *(f"I{number}v{version}" for number in range(1, 7) for version in (2, 4)),
    *(f"I{number}mv{version}" for number in range(1, 6) for version in (2, 4)),
]


@pytest.mark.parametrize("sku", ALL)
def test_every_size_the_manifest_takes_is_known(sku: str):
    size = size_of(sku)

    assert size is not None
    assert size_of(sku.lower()) == size
    assert size.cores >= 1
    assert size.memory >= 1


@pytest.mark.parametrize("sku", ["", "B4", "P4v3", "P0mv3", "I7v2", "X1", "B1B1"])
def test_no_other_size_is(sku: str):
    assert size_of(sku) is None


def test_a_tier_brings_its_features():
    found = {sku: size_of(sku) for sku in ("F1", "B1", "S1", "P1v3", "P1v4", "I1v2")}

    assert [size.has_always_on for size in found.values() if size] == [False, True, True, True, True, True]
    assert [size.slots for size in found.values() if size] == [0, 0, 5, 20, 20, 20]
    assert [size.has_autoscale for size in found.values() if size] == [False, False, True, True, True, True]
    assert [size.has_zones for size in found.values() if size] == [False, False, False, True, True, True]
    assert [size.most_instances for size in found.values() if size] == [1, 3, 10, 30, 30, 100]
    assert [size.has_windows_containers for size in found.values() if size] == [False, False, False, True, False, True]


@pytest.mark.parametrize(("system", "language"), [(system, one) for system, all_ in OFFERED.items() for one in all_])
def test_what_is_offered_is_accepted_in_each_spelling(system: str, language: str):
    for version in OFFERED[system][language]:
        assert verdict(f"{language}:{version}", system) is None
        assert verdict(f"{language}:{version.removesuffix('-lts')}", system) is None


@pytest.mark.parametrize(
    ("runtime", "system", "code"),
    [
        ("python:2.7", "linux", "WJ056"),
        ("python:3.99", "linux", "WJ115"),
        ("python:3.13", "windows", "WJ056"),
        ("php:8.3", "windows", "WJ056"),
        ("node:18-lts", "linux", "WJ056"),
        ("node:26-lts", "windows", "WJ115"),
        ("java:21-java21", "linux", None),
        ("java:26", "linux", "WJ115"),
        ("dotnet:10.0", "windows", None),
        ("dotnet:latest", "linux", "WJ056"),
        ("image:shop/api:1", "windows", None),
    ],
)
def test_a_version_is_offered_or_too_old_or_too_new(runtime: str, system: str, code: str | None):
    found = verdict(runtime, system)

    assert (found[0] if found else None) == code


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [
        ("image:python:3.13-alpine", "the container is based on Alpine"),
        ("image:alpine", "the container is based on Alpine"),
        ("image:shop/alpine-tools:1", "the container is based on Alpine"),
        ("image:shop/subalpine:1", None),
        ("java:8", "Java 8 on Linux is based on Alpine"),
        ("java:11-java11", "Java 11 on Linux is based on Alpine"),
        ("java:17", None),
        ("python:3.13", None),
    ],
)
def test_alpine_is_known_by_its_name(runtime: str, expected: str | None):
    assert is_alpine(runtime) == expected


def test_a_price_has_its_date_and_region():
    found = prices.monthly("p1V3", "linux")

    assert found is not None
    assert (round(found.amount, 2), found.region, found.date) == (129.94, "westeurope", "2026-08")
    assert prices.monthly("I1v2", "linux") is None
    assert prices.monthly("B1", "windows") is None
