"""How fast stored words of carriers become texts and states, in one process."""

import argparse

from benchmarks import setting, table
from house.say import progress

KINDS = ("inbound", "reports")


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench events", description=__doc__)
    parser.add_argument("--events", type=int, default=2000, help="of each kind")
    parser.add_argument("--people", type=int, default=500, help="who text us")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args(arguments)


def main(odoo, chosen):
    """Print events per second, and what each one costs."""
    with setting.database(odoo) as database:
        rows = [_row(odoo, database, kind, chosen) for kind in KINDS]
    heads = ["events", "per second", "ms each", "CPU ms each", "SQL each"]
    table.show(heads, rows)
    return 0


def _row(odoo, database, kind, chosen):
    rounds = []
    for number in range(chosen.rounds):
        progress(f"{kind}, round {number + 1}")
        rounds.append(
            setting.in_odoo(
                odoo,
                database,
                "events",
                kind=kind,
                count=chosen.events,
                people=chosen.people,
                phone=f"+1415899{KINDS.index(kind)}{number:03d}",
            )
        )
    each = {
        name: [figures[name] * 1000 / chosen.events for figures in rounds]
        for name in ("took", "cpu")
    }
    return [
        kind,
        table.spread([1000 / ms for ms in each["took"]], 0),
        table.spread(each["took"], 2),
        table.spread(each["cpu"], 2),
        table.spread([figures["sql"] / chosen.events for figures in rounds], 2),
    ]
