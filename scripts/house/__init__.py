"""The house: everything the scripts need before they can run the addon.

Only the standard library is used here, because these modules run before
anything is installed. One file per subject.
"""

import sys
from pathlib import Path

if sys.version_info < (3, 10):  # noqa: UP036 - older ones cannot even read the rest
    sys.exit(
        f"{sys.argv[0]}: Python {sys.version_info[0]}.{sys.version_info[1]} is too "
        "old: run the script with Python 3.11 or 3.13."
    )

CHECKOUT = Path(__file__).resolve().parents[2]
ADDON = CHECKOUT / "sms_inbox"
# each installs itself where the app is that it ties the addon to
GLUES = {"crm": CHECKOUT / "sms_inbox_crm", "digest": CHECKOUT / "sms_inbox_digest"}
