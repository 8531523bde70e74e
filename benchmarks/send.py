"""Texts per second: Odoo's own queue, ours, and a client with nothing around it."""

import argparse
import itertools
from collections import defaultdict
from statistics import median

from benchmarks import setting, table
from house.say import Refusal, progress

LATENCIES = (50, 5)  # milliseconds
IN_FLIGHT = (10, 25)
PEER = "Odoo's sms_twilio"
BIG = 100_000
_serial = itertools.count(1)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench send", description=__doc__)
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--big", action="store_true", help=f"{BIG} texts, no peer")
    parser.add_argument(
        "--latencies", type=int, nargs="+", default=LATENCIES, help="of the carrier, ms"
    )
    parser.add_argument(
        "--in-flight", type=int, nargs="+", default=IN_FLIGHT, help="calls at once"
    )
    return parser.parse_args(arguments)


def main(odoo, chosen):
    """Print the table; the cases of a round follow each other, so that all share
    what the machine does otherwise."""
    count = BIG if chosen.big else chosen.texts
    results = defaultdict(list)
    with setting.database(odoo) as database:
        for round_ in range(1, chosen.rounds + 1):
            for latency in chosen.latencies:
                for case in _cases(odoo, database, count, chosen):
                    name, figures = _measured(latency, count, *case)
                    results[latency, name].append(figures)
                    progress(f"round {round_}, {latency} ms, {name}")
    for latency in chosen.latencies:
        _show(latency, count, results)
    return 0


def _cases(odoo, database, count, chosen):
    """(name, case): a case is called with a carrier and gives its figures."""
    with_peer = not chosen.big
    for in_flight in (1, *chosen.in_flight) if with_peer else chosen.in_flight:
        yield (
            f"bare client, {in_flight} in flight",
            lambda twilio, n=in_flight: setting.bare_client(odoo, twilio, count, n),
        )
    for in_flight in chosen.in_flight:
        yield (
            f"SMS Inbox, {in_flight} in flight",
            lambda twilio, n=in_flight: setting.in_odoo(
                odoo, database, "dispatcher", in_flight=n, **_call(twilio, count)
            ),
        )
    if with_peer:
        yield (
            PEER,
            lambda twilio: setting.in_odoo(
                odoo, database, "peer", **_call(twilio, count)
            ),
        )


def _call(twilio, count):
    where = [twilio.url, twilio.account_sid, twilio.auth_token]
    return {"twilio": where, "phone": _fresh_number(twilio), "count": count}


def _fresh_number(twilio):
    phone = f"+1415888{next(_serial):04d}"
    twilio.account(numbers=[*twilio.numbers, phone])
    return phone


def _measured(latency, count, name, case):
    with setting.carrier(latency / 1000) as twilio:
        figures = case(twilio)
        summary = twilio.summary()
        if summary["taken"] != count:
            raise Refusal(f"{name}: only {summary['taken']} of {count} texts came.")
        last = max(sender["last"] for sender in summary["senders"].values())
        figures["rate"] = count / (last - figures["began"])
        figures["most"] = summary["most_in_flight"]
    return name, figures


def _show(latency, count, results):
    names = [name for wait, name in results if wait == latency]
    print(f"{count} texts, carrier of {latency} ms\n")
    heads = ["case", "texts/s", "of the bare client", "of the peer"]
    heads += ["CPU ms/text", "SQL/text", "in flight"]
    rows = [_row(name, count, latency, results) for name in names]
    table.show(heads, rows)


def _row(name, count, latency, results):
    rounds = results[latency, name]
    rates = [figures["rate"] for figures in rounds]
    in_flight = name.rpartition(", ")[2] if ", " in name else "1 in flight"
    bare = results.get((latency, f"bare client, {in_flight}"))
    return [
        name,
        table.spread(rates),
        _ratio(rates, bare),
        _ratio(rates, results.get((latency, PEER))),
        table.spread([f["cpu"] / count * 1000 for f in rounds], 2),
        table.spread([f["sql"] / count for f in rounds], 2),
        str(max(figures["most"] for figures in rounds)),
    ]


def _ratio(rates, others):
    """The median of the rounds' ratios."""
    if not others:
        return "-"
    pairs = zip(rates, others, strict=True)
    return f"{median(rate / other['rate'] for rate, other in pairs):.2f}"
