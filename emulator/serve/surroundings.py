"""What the machine gives to the jobs of a home that is served alone: names, environment, folder for working copies."""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from emulator.errors import StartError

_KEPT = frozenset(
    {
        *("PATH", "LANG", "LANGUAGE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"),
    }
)
"""Of this program's own environment, besides LC_*: how to find programs and the way to the network; nothing private."""


def instance_id(home: Path, instance: str | None) -> str:
    """64 hexadecimal digits, the same at every start for this home on this machine."""
    return hashlib.sha256(f"{socket.gethostname()}\0{home}\0{instance or ''}".encode()).hexdigest()


def given_id(settings: Mapping[str, str], instance: str | None) -> str | None:
    """The instance id among the settings, for the first instance; none: there is none.

    Raises:
        StartError: logs and files cannot be named by it.
    """
    given = settings.get("WEBSITE_INSTANCE_ID")
    if not given or instance:
        return None
    if not (given.isascii() and given.isalnum()):
        raise StartError(f"WEBSITE_INSTANCE_ID: '{given}' cannot name files; expected letters and digits")
    return given


def environment(
    inherited: Mapping[str, str],
    settings: Mapping[str, str],
    *,
    home: Path,
    temp: Path,
    instance_id: str,
    host: str,
) -> dict[str, str]:
    """What every job gets: App Service's variables, and each app setting twice."""
    kept = {name: value for name, value in inherited.items() if name in _KEPT or name.startswith("LC_")}
    name = home.name or "site"
    return (
        kept
        | {
            "HOME": str(home),
            "TMPDIR": str(temp),
            "TEMP": str(temp),
            "TMP": str(temp),
            "WEBSITE_SITE_NAME": name,
            "WEBSITE_HOSTNAME": host,
            "WEBSITE_INSTANCE_ID": instance_id,
            "WEBSITE_SCM_ALWAYS_ON_ENABLED": "1",
            "HTTP_HOST": host,
        }
        | {f"APPSETTING_{key}": value for key, value in settings.items()}
        | dict(settings)
    )


def own_folder(instance_id: str) -> Path:
    """This instance's folder below the system's temporary one; nobody else may have made it.

    Raises:
        StartError: somebody else's file or folder is there, or it cannot be made.
    """
    folder = Path(tempfile.gettempdir(), f"oneplan-webjobs-{os.getuid()}-{instance_id[:16]}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise StartError(f"{folder}: {error.strerror}; name another folder with --temp") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise StartError(f"{folder}: belongs to somebody else; name another folder with --temp")
    return folder


def only_one(folder: Path, home: Path) -> int:
    """Keep a second server from being the same instance; the lock ends with this process. Returns its descriptor.

    Raises:
        StartError: one is running, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StartError(f"{folder}: {error.strerror}; name another folder with --temp") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise StartError(
            f"{home}: is being served already; stop that one, or be a second instance with --instance NAME"
        ) from None
    return descriptor
