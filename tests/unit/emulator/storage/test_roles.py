"""Role assignments spelled out for the storage services."""

import pytest

from emulator.storage.roles import Access, Assignment

GROUP = "/subscriptions/S/resourceGroups/RG"
SHOP = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/shop"
SHOPPING = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/shopping"
SENDER = "C6A89B2D-59bc-44d0-9896-0f6e12d7b80a"
ADD = ("messages/add",)


def grants(scope, role=SENDER):
    told = Access((Assignment("Who", role, scope),), (SHOP, SHOPPING), ("Me",)).to_json()
    assert told["operators"] == ["me"]
    return told["grants"]["who"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("/subscriptions/s", [("shop", "queue", "", ADD), ("shopping", "queue", "", ADD)]),
        (f"{GROUP}/", [("shop", "queue", "", ADD), ("shopping", "queue", "", ADD)]),
        (SHOP.upper(), [("shop", "queue", "", ADD)]),
        (f"{SHOP}/queueServices/default", [("shop", "queue", "", ADD)]),
        (f"{SHOP}/queueServices/default/queues/Orders", [("shop", "queue", "orders", ADD)]),
        (f"{SHOP}/blobServices/default/containers/photos", []),
        (f"{GROUP}/providers/Microsoft.Web/sites/shop", []),
        ("/subscriptions/s/resourceGroups/r", []),
    ],
)
def test_a_scope_covers_what_is_below_it(scope, expected):
    assert grants(scope) == expected


def test_owner_opens_no_data():
    assert grants(SHOP, "8e3af657-a8ff-443c-a75c-2fe8c4bcb635") == []
