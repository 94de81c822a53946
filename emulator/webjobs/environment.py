"""The environment of a job's process, in Kudu's layers.

As Kudu.Core/Jobs/BaseJobRunner.cs and ExternalCommandFactory.cs do it.
"""

from collections.abc import Mapping
from pathlib import Path

from emulator.webjobs.job import JobType
from emulator.webjobs.layout import Layout

SETTING_DEFAULTS = {
    "deployment_branch": "master",
    "SCM_TRACE_LEVEL": "1",
    "SCM_COMMAND_IDLE_TIMEOUT": "60",
    "SCM_LOGSTREAM_TIMEOUT": "7200",
    "SCM_BUILD_ARGS": "",
}
"""Kudu's own settings, which jobs see unless the site sets them."""

MARKERS = {
    JobType.CONTINUOUS: "WEBSITE_ALWAYS_ON_JOB_RUNNING_",
    JobType.TRIGGERED: "WEBSITE_TRIGGERED_JOB_RUNNING_",
}
"""With the job's name behind it: marks every process of a job."""


def job_environment(
    site: Mapping[str, str],
    *,
    live: Mapping[str, str],
    layout: Layout,
    instance_id: str,
    type: JobType,
    name: str,
    root: Path,
    own: Mapping[str, str],
) -> dict[str, str]:
    """What a job's process gets; later layers win and the job's variables come last.

    Args:
        site: the site's environment, app settings included.
        live: the per-site settings, which beat app settings.
        root: the job's folder or its working copy.
        own: what this launch alone has (run id, arguments, shutdown file, port).
    """
    environment = {**SETTING_DEFAULTS, "WEBROOT_PATH": str(layout.wwwroot), **site, **live}
    for launch_only in ("WEBJOBS_SHUTDOWN_FILE", "WEBJOBS_PORT"):
        environment.pop(launch_only, None)
    return {
        **environment,
        "HOME": str(layout.home),
        "TMPDIR": str(layout.temp),
        "WEBSITE_INSTANCE_ID": instance_id,
        "WEBJOBS_PATH": str(root),
        "WEBJOBS_NAME": name,
        "WEBJOBS_TYPE": type,
        "WEBJOBS_DATA_PATH": str(layout.data(type, name)),
        "WEBJOBS_RUN_ID": "",
        "WEBJOBS_COMMAND_ARGUMENTS": "",
        f"{MARKERS[type]}{name}": "true",
        **own,
    }
