"""The environment of a site's processes, as App Service makes it; of the daemon's own only the locale."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from emulator.appservice import translation
from emulator.appservice.home import SiteHome
from emulator.appservice.spec import SiteSpec
from emulator.identity.values import IdentityGrant

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_KEPT = ("LANG", "LANGUAGE")  # of the daemon's own environment; besides these only LC_*
_SKUS = {"F": "Free", "D": "Shared", "B": "Basic", "S": "Standard", "I": "Isolated"}
_CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class Surroundings:
    """What the machine gives to every site."""

    subscription_id: str
    instance_id: str
    """The worker's id; its first six characters stand in log lines and file names."""
    image_bin: Path
    """Folder with the image's `python`, `node` and `gunicorn`; first on PATH."""
    ca_bundle: Path
    """The system's authorities and the local one."""
    inherited: Mapping[str, str]
    """The daemon's own environment; only the locale is taken from it."""


def instance_id(root: Path) -> str:
    """64 hexadecimal digits, the same for every start of the emulator in this state folder."""
    return hashlib.sha256(str(root).encode()).hexdigest()


def build(
    spec: SiteSpec, home: SiteHome, around: Surroundings, *, host: str, scm_host: str, grant: IdentityGrant | None
) -> dict[str, str]:
    """Everything a process of the site sees except PORT, which each start of the site gets anew."""
    settings = translation.settings(spec.settings, home.home)
    variables = {
        name: value
        for name, value in around.inherited.items()
        if name in _KEPT or name.startswith("LC_")  # programs print in the user's language and encoding
    }
    variables |= {
        "HOME": str(home.home),
        "TMPDIR": str(home.temp),
        "TEMP": str(home.temp),
        "TMP": str(home.temp),
        "TZ": _zone(settings.get("WEBSITE_TIME_ZONE", "")),
    }
    variables |= dict.fromkeys(_CERTIFICATES, str(around.ca_bundle))
    variables |= {f"APPSETTING_{name}": value for name, value in settings.items()} | settings
    variables |= _platform(spec, around, host=host, scm_host=scm_host)
    if grant is not None:
        variables |= {
            "IDENTITY_ENDPOINT": grant.endpoint,
            "IDENTITY_HEADER": grant.header,
            "MSI_ENDPOINT": grant.endpoint,
            "MSI_SECRET": grant.header,
        }
    variables["PATH"] = f"{around.image_bin}:{SYSTEM_PATH}"
    return variables


def _platform(spec: SiteSpec, around: Surroundings, *, host: str, scm_host: str) -> dict[str, str]:
    """The read-only variables of learn.microsoft.com/azure/app-service/reference-app-settings."""
    region = spec.location.replace(" ", "").lower()
    return {
        "WEBSITE_SITE_NAME": spec.name,
        "WEBSITE_HOSTNAME": host,
        "WEBSITE_INSTANCE_ID": around.instance_id,
        "WEBSITE_ROLE_INSTANCE_ID": "0",
        "WEBSITE_RESOURCE_GROUP": spec.resource_group,
        "WEBSITE_OWNER_NAME": f"{around.subscription_id}+{spec.resource_group}-{region}webspace",
        "WEBSITE_SKU": sku_tier(spec.sku),
        "WEBSITE_SLOT_NAME": spec.slot,
        "WEBSITE_STACK": spec.stack,
        "WEBSITE_AUTH_ENABLED": "False",
        "REGION_NAME": spec.location,
        "HTTP_HOST": scm_host,
        "WEBSITE_SCM_ALWAYS_ON_ENABLED": "1" if spec.always_on else "0",
    }


def sku_tier(sku: str) -> str:
    """The tier's name for a size: `B2` is `Basic`, `P1v3` is `PremiumV3`."""
    if sku[:1].upper() == "P":
        return f"PremiumV{sku[-1]}" if sku[-2:-1].lower() == "v" else "Premium"
    return _SKUS.get(sku[:1].upper(), sku)


def _zone(name: str) -> str:
    """An unknown zone silently means UTC, as on App Service."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # unknown; empty or a path; unreadable
        return "UTC"
    return name
