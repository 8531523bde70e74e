"""A real Odoo, a real browser and a simulated carrier, for tests from outside."""

import os
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts"))

from house import browser as chromium  # noqa: E402
from house import odoo as house_odoo  # noqa: E402
from house.server import odoo_server  # noqa: E402
from tests.simulator.client import Simulator  # noqa: E402
from tests.system.inbox import Inbox  # noqa: E402

MODULES = ["sms_inbox", "contacts"]
expect.set_options(timeout=60_000)  # a busy machine takes its time


@pytest.fixture(scope="session")
def odoo():
    """Everything that it takes to run Odoo."""
    with house_odoo.ready(tools=True) as ready:
        yield ready


@pytest.fixture(scope="session")
def server(odoo):
    """A running Odoo with the addon and no demo data."""
    database = f"sms_inbox_system_{os.getpid()}"
    odoo.fresh_database(database, MODULES)
    try:
        with odoo_server(
            odoo, database, extra_args=["--max-cron-threads=2"]
        ) as running:
            yield running, database
    finally:
        odoo.drop_database(database)


@pytest.fixture
def twilio():
    """A carrier that behaves like Twilio, in a process of its own."""
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def chrome():
    """Headless Chromium."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=options
        )
        yield browser
        browser.close()


@pytest.fixture
def inbox(server, twilio, chrome):
    """A company that texts through the simulated carrier."""
    running, database = server
    twilio.settings(deliver_to=running.url)
    yield Inbox(running.url, database, twilio, chrome)
    for context in chrome.contexts:  # their pages would go on asking the server
        context.close()
