"""A small Azure for tests: one stack on loopback, answering as the real services do.

    with FakeAzure(token="secret") as azure:
        azure.add_site("worker", "tempus-dev-worker-abcde", jobs=[triggered("stock-sync")])

Changes ask for the token. A job holds its runs and their logs, which a test may change at any time.
"""

from oneplan.operate.testing.azure import SUBSCRIPTION, FakeAzure
from oneplan.operate.testing.kudu import FakeJob, FakeRun, FakeSite, continuous, triggered
from oneplan.operate.testing.storage import FakeQueue

__all__ = ["SUBSCRIPTION", "FakeAzure", "FakeJob", "FakeQueue", "FakeRun", "FakeSite", "continuous", "triggered"]
