"""How many messages wait in a queue, asked of the storage service itself."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from oneplan.operate.credentials import STORAGE, Credential
from oneplan.operate.http import Http
from oneplan.operate.refusal import error_from

STORAGE_VERSION = "2024-11-04"


class Queues:
    """The queue service of one storage account."""

    def __init__(self, http: Http, credential: Credential, endpoint: str) -> None:
        self._http = http
        self._credential = credential
        self._endpoint = endpoint.rstrip("/")

    def url(self, name: str) -> str:
        """The queue's address."""
        return f"{self._endpoint}/{name}"

    def messages(self, name: str) -> int:
        """The approximate number of messages; raises OperateError when the service refuses.

        Get Queue Metadata: https://learn.microsoft.com/rest/api/storageservices/get-queue-metadata
        """
        headers = {
            "Authorization": f"Bearer {self._credential.token(STORAGE)}",
            "x-ms-version": STORAGE_VERSION,
            "x-ms-date": format_datetime(datetime.now(UTC), usegmt=True),
        }
        response = self._http.request("GET", f"{self.url(name)}?comp=metadata", headers=headers)
        if response.status != 200:
            raise error_from(response, f"queue {name}")
        return int(response.headers["x-ms-approximate-messages-count"])
