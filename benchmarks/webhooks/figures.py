"""Tables of what the rounds gave, each target held against the route of its round."""

from statistics import median

from benchmarks import table
from benchmarks.webhooks.targets import ROUTE

SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
HEADS = ["target", "requests/s", "of the route", "p50 ms", "p95 ms", "p99 ms"]
HEADS += ["p95, p99 of the route", "slowest ms", "not thanked", "SQL"]
HEADS += ["CPU ms, Odoo", "PostgreSQL"]


def of_a_window(answered, odoo_cpu, postgres_cpu):
    """The figures of one target in one round; times in milliseconds."""
    waits = [wait * 1000 for wait in answered["waits"]]
    used = max(1, answered["used"])
    return {
        **{name: table.quantile(waits, share) for name, share in SHARES.items()},
        "slowest": max(waits),
        "rate": answered["rate"],
        "not_thanked": answered["used"] - answered["thanked"],
        "odoo": odoo_cpu * 1000 / used,
        "postgres": postgres_cpu * 1000 / used,
    }


def show(results, statements):
    """Print a table.

    :param results: {target: the figures of each round}
    :param statements: {target: the statements of each call}
    """
    rows = [
        _row(target.name, rounds, results[ROUTE], statements[target])
        for target, rounds in results.items()
    ]
    table.show(HEADS, rows)


def _row(name, rounds, route, statements):
    return [
        name,
        _spread(rounds, "rate", 0),
        table.spread(_ratios(rounds, route, "rate"), 2),
        _spread(rounds, "p50", 1),
        _spread(rounds, "p95", 1),
        _spread(rounds, "p99", 1),
        ", ".join(f"{median(_ratios(rounds, route, p)):.2f}" for p in ("p95", "p99")),
        f"{max(figures['slowest'] for figures in rounds):.0f}",
        str(sum(figures["not_thanked"] for figures in rounds)),
        f"{sum(statements) / len(statements):.2f}" if statements else "-",
        f"{_median(rounds, 'odoo'):.2f}" if statements else "-",
        f"{_median(rounds, 'postgres'):.2f}",
    ]


def _spread(rounds, name, digits):
    return table.spread([figures[name] for figures in rounds], digits)


def _median(rounds, name):
    return median(figures[name] for figures in rounds)


def _ratios(rounds, route, name):
    pairs = zip(rounds, route, strict=True)
    return [figures[name] / others[name] for figures, others in pairs]
