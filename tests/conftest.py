"""``carriers`` and ``messaging`` are importable as they are, without any Odoo."""

import sys
from pathlib import Path

# At the end: the addon has a package named "tests" too.
sys.path.append(str(Path(__file__).resolve().parents[1] / "sms_inbox"))
