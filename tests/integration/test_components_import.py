"""What a stack pays for: nothing of Azure Monitor is even loaded where it runs on this machine."""

import subprocess
import sys

import pytest


@pytest.mark.integration
def test_the_sdk_of_azure_monitor_is_not_loaded_with_the_components():
    """It takes a third of a second, on every `oneplan up`."""
    program = "import components, sys; print('pulumi_azure_native.monitor._inputs' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
