"""The machine a package's Python dependencies are for: App Service's Linux image, or this one."""

import platform
import sys
import sysconfig
from dataclasses import dataclass

from oneplan.manifest.values import Runtime, Target

_AZURE_PLATFORMS = (
    "manylinux_2_28_x86_64",
    "manylinux_2_27_x86_64",
    "manylinux_2_26_x86_64",
    "manylinux_2_24_x86_64",
    "manylinux_2_17_x86_64",
    "manylinux2014_x86_64",  # pip adds the older manylinux2010 and manylinux1
)
"""What every Python image of App Service (Debian 11 and later, glibc 2.31 and later) can load, newest first."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A place where wheels run."""

    description: str
    """Part of the cache key: equal descriptions take equal wheels."""
    pip_options: tuple[str, ...] = ()
    """What tells pip to choose wheels for it."""
    uv_options: tuple[str, ...] = ()
    """What tells uv the same."""
    python_version: str | None = None
    """The version that environment markers are judged by; None for the running one."""


def platform_for(target: Target, runtime: Runtime) -> Platform:
    """Returns where a site's dependencies will run."""
    if target == "local":
        return Platform(f"{sys.implementation.cache_tag} {sysconfig.get_platform()} {platform.python_version()}")
    python = f"--python-version={runtime.version}"
    return Platform(
        f"App Service Linux, Python {runtime.version}",
        (*(f"--platform={name}" for name in _AZURE_PLATFORMS), "--implementation=cp", python, "--only-binary=:all:"),
        ("--python-platform=x86_64-manylinux_2_28", python, "--only-binary=:all:"),
        runtime.version,
    )
