"""Calls of carriers, thanked for once stored: ours, the least that Odoo can, a peer."""

import argparse
import json
from collections import defaultdict

from benchmarks import setting, table
from benchmarks.webhooks import cost, durable, figures, targets
from benchmarks.webhooks.targets import BARE, PEER, ROUTE
from house.say import Refusal, progress
from house.server import free_port, odoo_server

MODES = ("threaded", "prefork")
BARE_CLIENTS = 8
WARM_UP, WARM_CLIENTS = 0.5, 8  # seconds, for each target
REPORTS_PER_SECOND = 1200  # of ours, to have enough texts that can be reported on
PEER_REPORTS_PER_SECOND = 250
PROBE = "sms_inbox_probe"


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench webhook", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="for each target")
    parser.add_argument(
        "--clients", type=int, nargs="+", default=[8, 100], help="a table for each"
    )
    parser.add_argument("--modes", nargs="+", default=MODES, choices=MODES)
    parser.add_argument("--workers", type=int, default=2, help="of prefork mode")
    parser.add_argument(
        "--open",
        type=int,
        metavar="CONNECTIONS",
        help="let the proxy open so many at most, and the rest wait in it",
    )
    parser.add_argument(
        "--cron-threads",
        type=int,
        default=0,
        help="with 1, what is stored is processed meanwhile",
    )
    return parser.parse_args(arguments)


def main(odoo, chosen):
    """Print a table for each mode and number of clients, and what was stored."""
    with durable.odoo_on_it(odoo) as durably, setting.database(durably) as database:
        print(f"PostgreSQL: {durable.settings(durably.postgres)}\n", flush=True)
        durably.install(database, [PROBE])
        bench = Bench(durably, database, chosen)
        for mode in chosen.modes:
            bench.measure(mode)
        return bench.check()


class Bench:
    """One database that all targets store in, and what each was thanked for."""

    def __init__(self, odoo, database, chosen):
        self.odoo, self.database, self.chosen = odoo, database, chosen
        progress("Making accounts, and texts to report on ...")
        self.targets = [BARE, ROUTE, *targets.ours(self._build()), PEER]
        self.uuids = {target: self._uuids(target) for target in self.targets}
        self.called, self.thanked = defaultdict(int), defaultdict(int)

    def measure(self, mode):
        """Print the tables of a mode; the targets of a round follow each other."""
        port = free_port()
        workers = self.chosen.workers if mode == "prefork" else 0
        options = [f"--workers={workers}"]
        options += [f"--max-cron-threads={self.chosen.cron_threads}"]
        with odoo_server(self.odoo, self.database, port, options) as server:
            results = self._rounds(mode, port)
            read = {
                target: cost.statements(server.log, target.pattern())
                for target in self.targets
            }
        for clients in self.chosen.clients:
            print(f"{mode}, {clients} clients\n")
            figures.show(results[clients], read)

    def check(self):
        """Print whether all that was thanked for is stored, once; 0 if it is."""
        rows, wrong = [], False
        for target in self.targets:
            stored = int(self.odoo.postgres.sql(target.stored, self.database))
            called, thanked = self.called[target], self.thanked[target]
            # what was refused in the end may be stored or not
            wrong |= not thanked <= stored <= called
            rows.append([target.name, str(called), str(thanked), str(stored)])
        table.show(["target", "calls", "thanked", "stored"], rows)
        return int(wrong)

    def _rounds(self, mode, port):
        """{clients: {target: figures of each round}}"""
        for target in self.targets:
            self._window(target, port, WARM_CLIENTS, WARM_UP)
        results = {
            clients: {target: [] for target in self.targets}
            for clients in self.chosen.clients
        }
        for number in range(self.chosen.rounds):
            progress(f"{mode}, round {number + 1}")
            for clients, rows in results.items():
                for target in self.targets[:: -1 if number % 2 else 1]:
                    window = self._window(target, port, clients, self.chosen.seconds)
                    rows[target].append(window)
        return results

    def _window(self, target, port, clients, seconds):
        """Call one target for some seconds; what it answered, and what it spent."""
        before = cost.odoo_cpu(port), cost.postgres_cpu()
        answered = self._call(target, port, clients, seconds)
        after = cost.odoo_cpu(port), cost.postgres_cpu()
        self.called[target] += answered["used"]
        self.thanked[target] += answered["thanked"]
        self.uuids[target] = self.uuids[target][answered["used"] :]
        if answered["used"] != answered["thanked"]:
            progress(f"{target.name}: {answered['statuses']}")
        spent = (later - sooner for sooner, later in zip(before, after, strict=True))
        return figures.of_a_window(answered, *spent)

    def _call(self, target, port, clients, seconds):
        if target is BARE:
            return self._run(
                "inserts",
                database=self.database,
                clients=BARE_CLIENTS,
                seconds=seconds,
            )
        most = int(seconds * target.most) + clients
        uuids = self.uuids[target][:most]
        if target.uuids and not uuids:
            raise Refusal(f"{target.name}: there are no more texts to report on.")
        return self._run(
            "load",
            port=port,
            clients=clients,
            open=self.chosen.open,
            seconds=seconds,
            kind=target.kind,
            path=target.path,
            count=most,
            uuids=uuids,
        )

    def _run(self, script, **job):
        command = [self.odoo.env.python, "-m", f"benchmarks.webhooks.{script}"]
        options = {"cwd": setting.ROOT, "env": self.odoo.environment()}
        return setting.run(command, input=json.dumps(job), **options)

    def _build(self):
        windows = self.chosen.rounds * len(self.chosen.clients)
        seconds = (windows * self.chosen.seconds + WARM_UP) * len(self.chosen.modes)
        return setting.in_odoo(
            self.odoo,
            self.database,
            "build",
            "benchmarks.webhooks.world",
            reports=int(seconds * REPORTS_PER_SECOND),
            peer_reports=int(seconds * PEER_REPORTS_PER_SECOND),
        )

    def _uuids(self, target):
        if not target.uuids:
            return []
        return self.odoo.postgres.sql(target.uuids, self.database).split()
