"""Makes the pack's rules importable as the pack itself sees them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "policy"))
