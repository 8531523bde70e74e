"""How quick the inbox is as its store grows: its own calls over HTTP, by an agent."""

import argparse
import contextlib
import os
import random
import re
import time

import requests

from benchmarks import inbox_fill, inbox_plain, setting, table
from house.odoo import BORROWED
from house.say import progress
from house.server import odoo_server
from tests.system.inbox import PASSWORD, Inbox

MODEL = "sms.inbox.conversation"
TEXTS = 10  # in most conversations
ROWS = 80
CARDS = 40  # of each column at first, where a view does not say
COUNTED = 10_001  # as the web client counts the rows of a list
ON_BOARD = ["&", ("last_text_at", "!=", False), "|"]
ON_BOARD += [("stage", "in", ("needs_reply", "waiting", "snoozed"))]
ON_BOARD += [("closed_at", ">=", "-7d")]
TEXT_FIELDS = ["direction", "body", "media", "incomplete", "state", "error_text"]
TEXT_FIELDS += ["waiting_words", "date", "place", "author_id"]
CONTACT = ["display_name", "phone", "sms_textability", "sms_textability_reason"]
CONTACT += ["sms_opt_out", "sms_conversation_count", "sms_last_text_at"]
NUMBER = ["number", "textability", "textability_label"]
RESPONSES = ("over", "soon", "within", "done")
FLOOR, PLAIN_LIST, PLAIN_BOARD = "smallest call", "plain list", "plain board"
PLAIN_COUNT = "plain count"
COMPARED = {"list": PLAIN_LIST, "page": PLAIN_LIST, "board": PLAIN_BOARD}
COMPARED |= {"count": PLAIN_COUNT}
HEADS = ["call", "conversations", "p50 ms", "p95 ms", "times the floor"]
HEADS += ["of the plain one, p50", "p95", "growth", "SQL"]


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench inbox", description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000]
    )
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", default="", help="a pattern that calls' names have")
    return parser.parse_args(arguments)


def main(odoo, chosen):
    """Print how long each call takes at each size, beside the least that any takes."""
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(setting.database(odoo))
        twilio = stack.enter_context(setting.carrier(0.0))
        with _server(odoo, first) as server:
            inbox = Inbox(server.url, first, twilio, None)
            numbers = [inbox.number_id, inbox.number("Service", _second(inbox, twilio))]
            inbox_plain.make(inbox.admin)
        stores = {
            size: stack.enter_context(_store(odoo, first, size, inbox, numbers))
            for size in chosen.sizes
        }
        server = stack.enter_context(_server(odoo, ",".join(stores.values())))
        clients = {
            size: Client(server, database, inbox.login)
            for size, database in stores.items()
        }
        table.show(HEADS, list(_rows(_measure(clients, chosen), clients)))
    return 0


def _server(odoo, databases):
    return odoo_server(odoo, databases, extra_args=["--max-cron-threads=0"])


def _second(inbox, twilio):
    line = inbox.line.replace("+1415", "+1416")
    twilio.account(numbers=[inbox.line, line])
    return line


@contextlib.contextmanager
def _store(odoo, first, size, inbox, numbers):
    """Give a copy of the first database with so many conversations."""
    progress(f"Filling a database with {size} conversations ...")
    name = f"{first}_{size}"
    odoo.postgres.create(name, first)
    odoo.postgres.set_mark(name, f"{BORROWED} {os.getpid()}")
    try:
        sql = inbox_fill.fill(1, size, TEXTS, inbox.agent_id, numbers)
        odoo.postgres.sql(f"{sql};{inbox_plain.FILL}", name)
        odoo.postgres.sql("VACUUM ANALYZE", name)
        yield name
    finally:
        odoo.drop_database(name)


class Client:
    """Calls models of one database as the web client does."""

    def __init__(self, server, database, login):
        self.url, self.log, self.session = server.url, server.log, requests.Session()
        self.post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": PASSWORD},
        )

    def post(self, path, params):
        """What a JSON route answers; what went wrong is raised."""
        answer = self.session.post(
            self.url + path, json={"jsonrpc": "2.0", "method": "call", "params": params}
        ).json()
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def call(self, model, method, *args, **kwargs):
        """What a method of a model gives."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)

    def statements(self, call):
        """How many SQL statements the requests of a call take, as the log says."""
        begins = self.log.stat().st_size
        call()
        time.sleep(0.05)  # the line is written after the answer
        lines = self.log.read_text()[begins:]
        return "+".join(re.findall(r'HTTP/1\.\d" 200 - (\d+) ', lines))


def _measure(clients, chosen):
    """{call: {size: (seconds of each round, SQL)}}, all sizes in each round."""
    calls = {size: _calls(client, size) for size, client in clients.items()}
    names = [
        name
        for name in calls[chosen.sizes[0]]
        if name in (FLOOR, *COMPARED.values()) or re.search(chosen.only, name)
    ]
    took = {name: {size: [] for size in clients} for name in names}
    order = random.Random(1)  # noqa: S311 - the same in every run
    turns = [(name, size) for name in names for size in clients]
    for round_ in range(-3, chosen.rounds):  # the first ones warm up
        order.shuffle(turns)
        for name, size in turns:
            began = time.perf_counter()
            calls[size][name]()
            if round_ >= 0:
                took[name][size].append(time.perf_counter() - began)
    return {
        name: {
            size: (took[name][size], client.statements(calls[size][name]))
            for size, client in clients.items()
        }
        for name in names
    }


def _rows(measured, clients):
    def at(name, size, share):
        return table.quantile(measured[name][size][0], share)

    # it does not read the store, and whichever size comes first meets cold caches
    every = [took for seconds, _sql in measured[FLOOR].values() for took in seconds]
    floor = table.quantile(every, 0.5)
    for name, sizes in measured.items():
        plain = next((COMPARED[kind] for kind in COMPARED if kind in name), None)
        for size, (_seconds, statements) in sizes.items():
            p50, p95 = at(name, size, 0.5), at(name, size, 0.95)
            yield [
                name,
                f"{size:,}",
                f"{p50 * 1000:.1f}",
                f"{p95 * 1000:.1f}",
                f"{p50 / floor:.2f}",
                f"{p50 / at(plain, size, 0.5):.2f}" if plain else "",
                f"{p95 / at(plain, size, 0.95):.2f}" if plain else "",
                f"{p50 / at(name, min(clients), 0.5):.2f}",
                statements,
            ]


# ----------------------------------------------------------------------
# WHAT IS CALLED
# ----------------------------------------------------------------------


def _calls(client, size):
    call = client.call
    return {
        FLOOR: lambda: call("res.lang", "get_installed"),
        PLAIN_LIST: lambda: call(
            inbox_plain.MODEL,
            "web_search_read",
            [],
            inbox_plain.READ,
            order=inbox_plain.ORDER,
            limit=ROWS,
            count_limit=COUNTED,
        ),
        PLAIN_COUNT: lambda: call(
            inbox_plain.MODEL, "search_count", [("x_unread", ">", 0)], limit=100
        ),
        PLAIN_BOARD: lambda: call(
            inbox_plain.MODEL, "web_read_group", [], **_board("x_stage")
        ),
        **_lists(call),
        **_threads(call),
        **_searches(call, size),
        **_boards(call),
        **_elsewhere(call),
    }


def _lists(call):
    def page(view, after=None):
        return call(MODEL, "inbox_page", view, after, ROWS)

    last = page("closed")[-1]["key"]
    lists = {
        f"list of {ROWS}, {view}": lambda view=view: page(view)
        for view in ("team", "mine", "unread", "waiting", "closed")
    }
    return {
        **lists,
        "next page": lambda: page("closed", last),
        "counters, unread and waiting": lambda: call(
            MODEL, "inbox_counts", ["unread", "waiting"]
        ),
        "counters of all views": lambda: call(MODEL, "inbox_counts"),
    }


def _threads(call):
    rows = call(MODEL, "inbox_page", "team", None, 200)
    thread = next(
        row["id"] for row in rows if row["contact_number"].endswith(inbox_fill.LONG_END)
    )

    def open_thread():
        call(MODEL, "inbox_open", [thread], TEXT_FIELDS, 30)

    def whole_inbox():
        call(MODEL, "inbox_page", "team", None, 40)
        call(MODEL, "inbox_counts")
        open_thread()

    return {"open a thread": open_thread, "whole inbox, 3 calls": whole_inbox}


def _searches(call, size):
    def search(words):
        return lambda: call(MODEL, "inbox_search", words)

    return {
        "find part of a number": search(str(2_000_000 + size // 2)[-5:]),
        "find a name": search(f"person{size // 3}"),
        "find a rare word": search(f"{size // 3}-3"),
        "find a word of 1 text in 100": search("urgent"),
        "find a common word": search("bike"),
        "find a name of many": search("grace"),
    }


def _boards(call):
    views = call(MODEL, "get_views", [(False, "kanban")])
    fields = views["models"][MODEL]["fields"]
    cards = int(re.search(r'limit="(\d+)"', views["views"]["kanban"]["arch"])[1])
    read = {
        name: {"fields": {"display_name": {}}} if field["type"] == "many2one" else {}
        for name, field in fields.items()
    }
    bars = {"field": "response", "colors": dict.fromkeys(RESPONSES, "")}
    return {
        "board": lambda: call(
            MODEL, "web_read_group", ON_BOARD, **_board("stage", read, cards)
        ),
        "bars of the board": lambda: call(
            MODEL,
            "read_progress_bar",
            domain=ON_BOARD,
            group_by="stage",
            progress_bar=bars,
        ),
    }


def _elsewhere(call):
    contact = call("res.partner", "search", [("phone", "!=", False)], limit=1)[0]

    def rows(model, names, domain=()):
        read = {name: {} for name in names}
        return lambda: call(
            model,
            "web_search_read",
            list(domain),
            read,
            limit=ROWS,
            count_limit=COUNTED,
        )

    consents = ["number", "state", "said_by", "since"]
    return {
        "texts beside a contact": lambda: call(
            MODEL, "texts_of_record", "res.partner", contact
        ),
        "80 contacts with marks": rows("res.partner", CONTACT),
        "80 contacts without": rows("res.partner", CONTACT[:2]),
        "80 consents": rows("sms.inbox.consent", consents),
        "80 who opted out": rows(
            "sms.inbox.consent", consents, [("state", "=", "opted_out")]
        ),
        "80 numbers with marks": rows("sms.inbox.subscriber", NUMBER),
    }


def _board(groupby, read=inbox_plain.READ, cards=CARDS):
    """What the web client asks for, to show a board."""
    return {
        "groupby": [groupby],
        "aggregates": [],
        "auto_unfold": True,
        "unfold_read_specification": read,
        "unfold_read_default_limit": cards,
        "context": {"read_group_expand": True},
    }
