"""The files of a new project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from oneplan.authoring import programs, scalars, templates
from oneplan.authoring.programs import Language, NewJob, parse_trigger

TemplateName = Literal["python", "node", "minimal"]

_LONGEST_NAME = 12
"""Room for Azure's shortest limit, 24 characters of a storage account, with a stack's name and what makes it unique."""
_APP = "web"
_JOB = "heartbeat"


@dataclass(frozen=True, slots=True)
class NewProject:
    """What is asked of a new project."""

    name: str
    location: str
    time_zone: str
    template: TemplateName = "python"


def name_for(folder: str) -> str:
    """Returns a project's name after its folder's: letters, digits and hyphens, short enough for Azure."""
    word = re.sub("[^a-z0-9]+", "-", folder.lower()).lstrip("-0123456789")[:_LONGEST_NAME].strip("-")
    return word if len(word) >= 2 else "shop"


def project_files(project: NewProject) -> Mapping[str, str]:
    """Returns a whole project that runs at once, by path; schemas are added by who writes them."""
    language: Language = "bash" if project.template == "minimal" else project.template
    values = {
        "name": scalars.text(project.name),
        "location": scalars.text(project.location),
        "time_zone": scalars.text(project.time_zone),
        "job": _JOB,
    }
    files = templates.folder("project", values) | templates.folder(project.template, values)
    if language != "bash":
        files |= {f"apps/{_APP}/{name}": text for name, text in programs.app_files(_APP, language).items()}
    for job in (
        NewJob(_JOB, parse_trigger("every 5m"), language, more={"alert": {"late": "15m"}}),
        NewJob("report", parse_trigger("manual"), language),
    ):
        files |= {f"jobs/{job.name}/{file}": text for file, text in programs.job_files(job).items()}
    return files
