"""An identity service at a fixed time, and two identities."""

from datetime import UTC, datetime, timedelta

import pytest

from emulator.identity import Identity, IdentityService


class Clock:
    def __init__(self):
        self.now = datetime(2030, 1, 1, 12, tzinfo=UTC)

    def __call__(self):
        return self.now

    def advance(self, **duration):
        self.now += timedelta(**duration)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def service(clock):
    return IdentityService(
        "http://127.0.0.1:1/msi/token",
        admin_token="admin",
        management=["https://127.0.0.1:2"],
        now=clock,
        tenant_id="tenant",
    )


@pytest.fixture
def shop():
    return Identity("/subscriptions/s/resourceGroups/g/providers/x/shop", "shop-client", "shop-principal")


@pytest.fixture
def system():
    return Identity("/subscriptions/s/sites/shop", "system-client", "system-principal")
