"""From pressing send to the carrier: on an idle server, and while bulk drains."""

import argparse
import time

from benchmarks import setting, table, texts
from house.say import progress
from house.server import odoo_server

IDLE, BUSY = "+14158990011", "+14158990012"
RATE = 10.0  # segments per second of the busy number: a slot is 100 ms
LATENCY = 0.05  # seconds
PATIENCE = 60  # seconds for the last reply to come
PAUSE = 0.6  # seconds between two replies, on average
MODES = {
    "threaded": ["--workers=0", "--max-cron-threads=2"],
    "prefork": ["--workers=2", "--max-cron-threads=2"],
}


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/bench press-send", description=__doc__
    )
    parser.add_argument("--replies", type=int, default=40, help="of each kind")
    parser.add_argument("--bulk", type=int, default=100_000)
    return parser.parse_args(arguments)


def main(odoo, chosen):
    """Print the median and the 95th percentile, in milliseconds."""
    rows = []
    for mode, options in MODES.items():
        with setting.database(odoo) as database, setting.carrier(LATENCY) as twilio:
            numbers = _numbers(odoo, database, twilio)
            with odoo_server(odoo, database, extra_args=options):
                bench = _Bench(odoo, database, twilio, chosen.replies)
                rows.append(bench.row(mode, "idle", numbers[IDLE]))
                bulk = texts.queue(numbers[BUSY], chosen.bulk)
                odoo.postgres.sql(f"{bulk}; ANALYZE sms_inbox_message", database)
                rows.append(bench.row(mode, "bulk drains elsewhere", numbers[IDLE]))
                rows.append(bench.row(mode, "bulk, its own number", numbers[BUSY]))
    table.show(["mode", "queue", "p50 ms", "p95 ms", "most ms", "first ms"], rows)
    print(f"A slot of the busy number is {1000 / RATE:.0f} ms.")
    return 0


def _numbers(odoo, database, twilio):
    twilio.account(numbers=[IDLE, BUSY])
    return setting.in_odoo(
        odoo,
        database,
        "numbers",
        twilio=[twilio.url, twilio.account_sid, twilio.auth_token],
        plan={IDLE: {}, BUSY: {"rate": RATE}},
        count=0,
    )


class _Bench:
    """Replies from a process of their own, through a running server's queue."""

    def __init__(self, odoo, database, twilio, replies):
        self.odoo, self.database, self.twilio = odoo, database, twilio
        self.replies = replies
        self._serial = 0

    def row(self, mode, queue, number_id):
        """Send replies one by one; how long each took to the carrier."""
        progress(f"{mode}, {queue}")
        self._serial += 1
        body = f"Reply {self._serial}"
        began = setting.in_odoo(
            self.odoo,
            self.database,
            "press_send",
            number_id=number_id,
            count=self.replies,
            pause=PAUSE,
            body=body,
        )["began"]
        came = self._came(body, len(began))
        waits = [(came[f"{body} {n}"] - at) * 1000 for n, at in enumerate(began)]
        first, *rest = waits
        figures = (
            table.quantile(rest, 0.5),
            table.quantile(rest, 0.95),
            max(rest),
            first,
        )
        return [mode, queue, *(f"{figure:.0f}" for figure in figures)]

    def _came(self, body, count):
        """{text: when} of the replies, once all have come."""
        came, deadline = {}, time.monotonic() + PATIENCE
        while len(came) < count and time.monotonic() < deadline:
            time.sleep(0.1)
            came = {
                row["body"]: row["monotonic"]
                for row in self.twilio.arrivals()
                if row["body"].startswith(f"{body} ")
            }
        return came
