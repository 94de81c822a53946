"""What a stack pays for: nothing of Azure Monitor or of networks is even loaded where a stack has none."""

import subprocess
import sys

import pytest


@pytest.mark.integration
@pytest.mark.parametrize("part", ["monitor", "network"])
def test_the_sdk_of_what_few_stacks_have_is_not_loaded_with_the_components(part):
    """Azure Monitor's takes a third of a second on every `oneplan up`, that of networks seconds."""
    program = f"import components, sys; print('pulumi_azure_native.{part}._inputs' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
