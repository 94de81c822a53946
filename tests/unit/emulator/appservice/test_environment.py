"""The environment of a site's processes."""

from pathlib import Path

import pytest

from emulator.appservice import environment
from emulator.appservice.environment import Surroundings, instance_id, sku_tier
from emulator.appservice.home import SiteHome
from emulator.appservice.spec import SiteSpec
from emulator.identity import IdentityGrant

AROUND = Surroundings(
    subscription_id="sub",
    instance_id="ab" * 32,
    image_bin=Path("/state/image/bin"),
    ca_bundle=Path("/state/tls/bundle.pem"),
    inherited={
        "LANG": "de_CH.UTF-8",
        "LC_ALL": "C",
        "PATH": "/x",
        "AWS_SECRET": "x",
        "https_proxy": "x",
        "VIRTUAL_ENV": "x",
    },
)
HOME = SiteHome(Path("/state/sites/shop"))


def build(grant: IdentityGrant | None = None, **changes: object) -> dict[str, str]:
    values: dict[str, object] = {
        "id": "/id",
        "name": "shop",
        "resource_group": "rg",
        "location": "West Europe",
        "runtime": "PYTHON|3.13",
    }
    spec = SiteSpec(**{**values, **changes})  # type: ignore[arg-type]
    return environment.build(spec, HOME, AROUND, host="127.0.0.1:1", scm_host="127.0.0.1:2", grant=grant)


def test_the_whole_environment_of_a_site() -> None:
    variables = build(
        IdentityGrant("http://127.0.0.1:9/msi/token", "h"), settings={"STACK": "dev"}, sku="B2", always_on=True
    )

    bundle = "/state/tls/bundle.pem"
    assert variables == {
        "LANG": "de_CH.UTF-8",
        "LC_ALL": "C",
        "HOME": "/state/sites/shop/home",
        "TMPDIR": "/state/sites/shop/temp",
        "TEMP": "/state/sites/shop/temp",
        "TMP": "/state/sites/shop/temp",
        "TZ": "UTC",
        "SSL_CERT_FILE": bundle,
        "REQUESTS_CA_BUNDLE": bundle,
        "NODE_EXTRA_CA_CERTS": bundle,
        "CURL_CA_BUNDLE": bundle,
        "STACK": "dev",
        "APPSETTING_STACK": "dev",
        "WEBSITE_SITE_NAME": "shop",
        "WEBSITE_HOSTNAME": "127.0.0.1:1",
        "WEBSITE_INSTANCE_ID": "ab" * 32,
        "WEBSITE_ROLE_INSTANCE_ID": "0",
        "WEBSITE_RESOURCE_GROUP": "rg",
        "WEBSITE_OWNER_NAME": "sub+rg-westeuropewebspace",
        "WEBSITE_SKU": "Basic",
        "WEBSITE_SLOT_NAME": "Production",
        "WEBSITE_STACK": "PYTHON",
        "WEBSITE_AUTH_ENABLED": "False",
        "REGION_NAME": "West Europe",
        "HTTP_HOST": "127.0.0.1:2",
        "WEBSITE_SCM_ALWAYS_ON_ENABLED": "1",
        "IDENTITY_ENDPOINT": "http://127.0.0.1:9/msi/token",
        "IDENTITY_HEADER": "h",
        "MSI_ENDPOINT": "http://127.0.0.1:9/msi/token",
        "MSI_SECRET": "h",
        "PATH": f"/state/image/bin:{environment.SYSTEM_PATH}",
    }


def test_without_an_identity_there_is_no_token_endpoint() -> None:
    assert not {name for name in build() if name.startswith(("IDENTITY", "MSI"))}


def test_a_setting_cannot_replace_what_the_platform_says() -> None:
    assert build(settings={"WEBSITE_SITE_NAME": "other"})["WEBSITE_SITE_NAME"] == "shop"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Europe/Zurich", "Europe/Zurich"), ("Nowhere/Land", "UTC"), ("../etc/passwd", "UTC"), ("", "UTC")],
)
def test_an_unknown_zone_silently_means_utc(zone: str, expected: str) -> None:
    assert build(settings={"WEBSITE_TIME_ZONE": zone})["TZ"] == expected


@pytest.mark.parametrize(
    ("sku", "tier"),
    [
        ("F1", "Free"),
        ("B2", "Basic"),
        ("S1", "Standard"),
        ("P1v3", "PremiumV3"),
        ("P0V4", "PremiumV4"),
        ("P1", "Premium"),
    ],
)
def test_the_tier_of_a_size(sku: str, tier: str) -> None:
    assert sku_tier(sku) == tier


def test_the_instance_is_the_same_at_every_start() -> None:
    assert instance_id(Path("/a")) == instance_id(Path("/a")) != instance_id(Path("/b"))
