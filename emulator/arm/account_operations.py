"""What can be asked of a storage account: its keys, and signatures made with them.

https://learn.microsoft.com/rest/api/storagerp/storage-accounts
"""

from typing import Any

from emulator.arm.operations import Call, Operations
from emulator.resources.storage_account import keys_answer, sign_service_sas


async def _keys(call: Call) -> dict[str, Any]:
    return {"keys": keys_answer(call.scope, call.record.id)}


async def _service_sas(call: Call) -> dict[str, Any]:
    return {"serviceSasToken": sign_service_sas(call.scope, call.record.id, call.body)}


OPERATIONS = Operations(
    "microsoft.storage/storageaccounts",
    {("POST", "listkeys"): _keys, ("POST", "listservicesas"): _service_sas},
)
