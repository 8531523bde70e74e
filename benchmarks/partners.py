"""What an import of contacts costs with the addon, beside the same without it."""

import argparse
import contextlib
import os
from statistics import median

from benchmarks import setting, table
from house.say import progress

CASES = "benchmarks.imports.cases"
# what the addon itself needs is there in both
WITHOUT, WITH = ["contacts", "sms_twilio"], [*setting.MODULES, "sms_twilio"]
MOST = 1.2  # times as long
TIMES = ("took", "cpu", "database")


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench partners", description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000, help="of one import")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args(arguments)


def main(odoo, chosen):
    """Print both figures and their ratio; 1 where it is more than it may be."""
    with contextlib.ExitStack() as stack:
        databases = {
            name: stack.enter_context(_database(odoo, name, modules))
            for name, modules in (("without", WITHOUT), ("with", WITH))
        }
        rounds = [_round(odoo, databases, n, chosen.rows) for n in range(chosen.rounds)]
        waiting = _case(odoo, databases["with"], "queued")["count"]
    heads = ["import", "seconds", "CPU seconds", "of the database", "SQL"]
    table.show(heads, [_line(name, rounds) for name in databases])
    ratios = _ratios(rounds, "took")
    print(f"with / without: {table.spread(ratios, 3)}, at most {MOST}")
    print(f"of all CPU seconds: {table.spread(_ratios(rounds, 'cpu', 'database'), 3)}")
    print(f"numbers that wait for a look-up: {waiting}", flush=True)
    return int(median(ratios) > MOST)


@contextlib.contextmanager
def _database(odoo, name, modules):
    database = f"sms_inbox_bench_{name}_{os.getpid()}"
    odoo.fresh_database(database, modules)
    try:
        _case(odoo, database, "settle", with_addon=name == "with")
        yield database
    finally:
        odoo.drop_database(database)


def _round(odoo, databases, number, rows):
    """{name: figures}; they take turns in going first."""
    order = sorted(databases, reverse=bool(number % 2))
    found = {}
    for name in order:
        progress(f"{name} the addon, round {number + 1}")
        found[name] = _case(
            odoo, databases[name], "load", count=rows, first=number * rows
        )
    return found


def _case(odoo, database, case, **values):
    return setting.in_odoo(odoo, database, case, module=CASES, **values)


def _ratios(rounds, *keys):
    sums = [
        {name: sum(figures[key] for key in keys) for name, figures in found.items()}
        for found in rounds
    ]
    return [found["with"] / found["without"] for found in sums]


def _line(name, rounds):
    figures = [found[name] for found in rounds]
    return [
        f"{name} the addon",
        *(table.spread([f[key] for f in figures], 1) for key in TIMES),
        table.spread([f["sql"] for f in figures], 0),
    ]
