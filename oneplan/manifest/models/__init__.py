"""The manifest's files as strict models."""

from oneplan.manifest.models.app import App as AppModel
from oneplan.manifest.models.app import AppDefaults
from oneplan.manifest.models.base import Section
from oneplan.manifest.models.job import JobFields, JobModel
from oneplan.manifest.models.job import Trigger as TriggerModel
from oneplan.manifest.models.network import Network as NetworkModel
from oneplan.manifest.models.notify import Budget as BudgetModel
from oneplan.manifest.models.notify import Notify as NotifyModel
from oneplan.manifest.models.plan import Plan as PlanModel
from oneplan.manifest.models.project import Project
from oneplan.manifest.models.storage import Container as ContainerModel
from oneplan.manifest.models.storage import Queue as QueueModel
from oneplan.manifest.models.storage import Table as TableModel

__all__ = [
    "AppDefaults",
    "AppModel",
    "BudgetModel",
    "ContainerModel",
    "JobFields",
    "JobModel",
    "NetworkModel",
    "NotifyModel",
    "PlanModel",
    "Project",
    "QueueModel",
    "Section",
    "TableModel",
    "TriggerModel",
]
