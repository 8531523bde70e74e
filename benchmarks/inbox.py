"""How quick the inbox is as its store grows: its own calls over HTTP, by an agent."""

import argparse
import time

import requests

from benchmarks import inbox_fill, setting, table
from house.say import progress
from house.server import odoo_server
from tests.system.inbox import PASSWORD, Inbox

MODEL = "sms.inbox.conversation"
TEXTS = 10  # in each conversation
ROWS = 80
PLAIN = {
    name: {}
    for name in ("contact_number", "stage", "last_text", "last_text_at", "flagged")
} | {
    name: {"fields": {"display_name": {}}}
    for name in ("number_id", "partner_id", "user_id")
}
TEXT_FIELDS = ["direction", "body", "media", "incomplete", "state", "error_text"]
TEXT_FIELDS += ["waiting_words", "date", "author_id"]


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench inbox", description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000]
    )
    parser.add_argument("--rounds", type=int, default=25)
    return parser.parse_args(arguments)


def main(odoo, chosen):
    """Print p50 and p95 of each call, and how many times the smallest call it takes."""
    with setting.database(odoo) as database, setting.carrier(0.0) as twilio:
        with odoo_server(odoo, database, extra_args=["--max-cron-threads=0"]) as server:
            inbox = Inbox(server.url, database, twilio, None)
            numbers = [inbox.number_id, inbox.number("Service", _second(inbox, twilio))]
            rows, filled = [], 0
            for size in chosen.sizes:
                progress(f"Filling up to {size} conversations ...")
                sql = inbox_fill.fill(filled + 1, size, TEXTS, inbox.agent_id, numbers)
                odoo.postgres.sql(sql, database)
                filled = size
                rows += _measure(Client(server.url, inbox), size, chosen.rounds)
    table.show(["conversations", "call", "p50 ms", "p95 ms", "times the floor"], rows)
    return 0


def _second(inbox, twilio):
    line = inbox.line.replace("+1415", "+1416")
    twilio.account(numbers=[inbox.line, line])
    return line


class Client:
    """Calls models as the web client does."""

    def __init__(self, url, inbox):
        self.url, self.session = url, requests.Session()
        self.post(
            "/web/session/authenticate",
            {"db": inbox.database, "login": inbox.login, "password": PASSWORD},
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


def _measure(client, size, rounds):
    """The calls one after the other in each round, so that they meet the same noise."""
    calls = _calls(client, size)
    took = {name: [] for name in calls}
    for round_ in range(-2, rounds):  # the first ones warm up
        for name, call in calls.items():
            began = time.monotonic()
            call()
            if round_ >= 0:
                took[name].append((time.monotonic() - began) * 1000)
    floor = table.quantile(took["smallest call"], 0.5)
    return [
        [
            f"{size:,}",
            name,
            f"{table.quantile(values, 0.5):.1f}",
            f"{table.quantile(values, 0.95):.1f}",
            f"{table.quantile(values, 0.5) / floor:.1f}",
        ]
        for name, values in took.items()
    ]


def _calls(client, size):
    call = client.call
    rows = call(MODEL, "inbox_page", "closed", None, ROWS)
    thread = rows[len(rows) // 2]["id"]
    part = str(2000000 + size // 2)[-5:]

    def open_thread():
        call(MODEL, "inbox_thread", [thread])
        call(MODEL, "inbox_notes", [thread])
        domain = [["conversation_id", "=", thread]]
        call(
            "sms.inbox.message",
            "search_read",
            domain,
            TEXT_FIELDS,
            order="id desc",
            limit=30,
        )

    def whole_inbox():
        call(MODEL, "inbox_page", "team", None, 40)
        call(MODEL, "inbox_counts")
        open_thread()

    views = {
        f"list of {ROWS}, {view}": lambda view=view: call(
            MODEL, "inbox_page", view, None, ROWS
        )
        for view in ("team", "mine", "waiting", "closed")
    }
    return {
        "smallest call": lambda: call("res.lang", "get_installed"),
        f"plain web_search_read of {ROWS}": lambda: call(
            MODEL,
            "web_search_read",
            [["stage", "=", "closed"]],
            PLAIN,
            order="last_text_at desc, id desc",
            limit=ROWS,
        ),
        **views,
        "next page": lambda: call(MODEL, "inbox_page", "closed", rows[-1]["key"], ROWS),
        "counters": lambda: call(MODEL, "inbox_counts"),
        "open a thread (3 calls)": open_thread,
        "find part of a number": lambda: call(MODEL, "inbox_search", part),
        "find a name": lambda: call(MODEL, "inbox_search", f"person{size // 3}"),
        "find a rare word": lambda: call(MODEL, "inbox_search", f"{size // 3}-3"),
        "find a common word": lambda: call(MODEL, "inbox_search", "bike"),
        "find a name of many": lambda: call(MODEL, "inbox_search", "grace"),
        "whole inbox (5 calls)": whole_inbox,
    }
