"""A live server with minutes of work: the longest silence, and the use of a limit."""

import argparse
import time

from benchmarks import setting, table
from house.say import progress
from house.server import odoo_server
from tests.system import pace

SLOW, QUICK = "+14158990001", "+14158990002"
PLAN = {SLOW: {"rate": 1.0}, QUICK: {"rate": 20.0}}
LATENCY = 0.05  # seconds
MODES = {
    "threaded": ["--workers=0", "--max-cron-threads=2"],
    "prefork": ["--workers=2", "--max-cron-threads=2"],
}


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench pace", description=__doc__)
    parser.add_argument("--seconds", type=float, default=180, help="for each mode")
    return parser.parse_args(arguments)


def main(odoo, chosen):
    """Print what the carrier saw of one number at 1/s and of one at 20/s."""
    rows = []
    for mode, options in MODES.items():
        with setting.database(odoo) as database, setting.carrier(LATENCY) as twilio:
            twilio.account(numbers=list(PLAN))
            setting.in_odoo(
                odoo,
                database,
                "numbers",
                twilio=[twilio.url, twilio.account_sid, twilio.auth_token],
                plan=PLAN,
                count=int(chosen.seconds * 25),
            )
            progress(f"{mode}, {chosen.seconds:.0f} s")
            with odoo_server(odoo, database, extra_args=options):
                _wait(twilio, chosen.seconds)
            arrivals = twilio.arrivals()
        rows += [_row(mode, phone, arrivals) for phone in PLAN]
    heads = ["mode", "limit", "texts", "use", "most in a second"]
    heads += ["too early at worst, ms", "longest silence, s"]
    table.show(heads, rows)
    return 0


def _wait(twilio, seconds):
    while not twilio.summary()["taken"]:
        time.sleep(0.1)
    time.sleep(seconds)


def _row(mode, phone, arrivals):
    log, rate = pace.counted(arrivals, [phone]), PLAN[phone]["rate"]
    gaps = [later[0] - sooner[0] for sooner, later in zip(log, log[1:], strict=False)]
    return [
        mode,
        f"{rate:g}/s",
        str(len(log)),
        f"{pace.use(log, rate):.4f}",
        str(pace.most_within(log, 1.0)),
        f"{pace.shortfall(log, rate) * 1000:.1f}",
        f"{max(gaps):.3f}",
    ]
