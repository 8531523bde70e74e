"""What every benchmark has around it: a database, a carrier, code inside of Odoo."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from house.odoo import Odoo
from house.say import Refusal
from tests.simulator.client import Simulator

ROOT = Path(__file__).resolve().parents[1]
MODULES = ["sms_inbox", "contacts"]
LIMIT = 1800  # seconds for one case
ANSWER = "FIGURES "


@contextlib.contextmanager
def database(odoo: Odoo) -> Iterator[str]:
    """Give a database to measure in, dropped in the end."""
    name = f"sms_inbox_bench_{os.getpid()}"
    odoo.fresh_database(name, MODULES)
    try:
        yield name
    finally:
        odoo.drop_database(name)


@contextlib.contextmanager
def carrier(latency: float) -> Iterator[Simulator]:
    """Give a simulated carrier that reports nothing back; latency in seconds."""
    with Simulator() as twilio:
        twilio.settings(latency=latency, reports=False)
        yield twilio


def in_odoo(
    odoo: Odoo, name: str, case: str, module: str = "benchmarks.in_odoo", **values
) -> dict:
    """Run a case, a function of a module, in a process with Odoo; its figures."""
    code = (
        f"import json\nfrom {module} import {case} as case\n"
        f"figures = case(env, **json.loads({json.dumps(values)!r}))\n"
        f"print({ANSWER!r} + json.dumps(figures))\n"
    )
    environment = odoo.environment()
    environment["PYTHONPATH"] += f":{ROOT}"
    command = ("shell", "-d", name, "--no-http", "--log-level=warn")
    return run(odoo.command(*command), input=code, env=environment)


def bare_client(odoo: Odoo, twilio: Simulator, texts: int, in_flight: int) -> dict:
    """Post the same texts without any Odoo; its figures."""
    where = [twilio.url, twilio.account_sid, twilio.auth_token, twilio.numbers[0]]
    script = ROOT / "benchmarks/bare_client.py"
    return run([odoo.env.python, script, *where, str(texts), str(in_flight)])


def run(command: list, **options) -> dict:
    """Run a command that prints its figures in one line."""
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        **options,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(ANSWER)]
    if done.returncode or not lines:
        raise Refusal(f"A case did not end well: {done.stderr[-2000:]}")
    return json.loads(lines[-1].removeprefix(ANSWER))
