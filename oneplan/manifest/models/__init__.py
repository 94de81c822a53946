"""The manifest's files as strict models."""

from oneplan.manifest.models.base import Section
from oneplan.manifest.models.job import JobFields, JobModel
from oneplan.manifest.models.job import Trigger as TriggerModel
from oneplan.manifest.models.project import App as AppModel
from oneplan.manifest.models.project import Container as ContainerModel
from oneplan.manifest.models.project import Notify as NotifyModel
from oneplan.manifest.models.project import Project
from oneplan.manifest.models.project import Queue as QueueModel
from oneplan.manifest.models.project import Table as TableModel

__all__ = [
    "AppModel",
    "ContainerModel",
    "JobFields",
    "JobModel",
    "NotifyModel",
    "Project",
    "QueueModel",
    "Section",
    "TableModel",
    "TriggerModel",
]
