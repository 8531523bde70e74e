"""Imports of contacts; figures are in seconds, ``sql`` in statements."""

import os
import time
from pathlib import Path

from odoo import sql_db

IN_A_REQUEST = 2000  # rows that the web client imports at a time, and commits
AREAS = (202, 205, 212, 213, 214, 215, 216, 217, 301, 302, 303, 304, 305, 312, 313)
COLUMNS = ["name", "phone", "email", "city", "country_id/id"]


def settle(env, with_addon):
    """Have a company that looks all its new numbers up, where the addon is."""
    company = env.company
    company.country_id = env.ref("base.us")
    if with_addon:
        account = env["sms.inbox.account"].create({"name": "Sandbox"})
        line = env["sms.inbox.line"].create(
            {"number": "+14155550100", "account_id": account.id}
        )
        line._confirm()
        env["sms.inbox.number"].create(
            {"name": "Sales", "line_id": line.id, "company_id": company.id}
        )
        company.sms_inbox_look_up = True
    # what is measured begins with a database that others can see
    env.cr.commit()
    return {}


def load(env, count, first):
    """Import ``count`` contacts whose numbers begin with the ``first``."""
    partners = env["res.partner"]
    ours, theirs, sql = time.process_time(), _of_database(env), sql_db.sql_counter
    began = time.monotonic()
    for start in range(first, first + count, IN_A_REQUEST):
        end = min(start + IN_A_REQUEST, first + count)
        found = partners.load(COLUMNS, [_row(n) for n in range(start, end)])
        if found["messages"]:
            raise RuntimeError(found["messages"][0])
        # as the end of the web client's request does
        env.cr.commit()
    return {
        "took": time.monotonic() - began,
        "cpu": time.process_time() - ours,
        "database": _of_database(env) - theirs,
        "sql": sql_db.sql_counter - sql,
    }


def _of_database(env):
    """CPU seconds of the server's process for this connection; 0 if it is elsewhere."""
    stat = Path(f"/proc/{env.cr._cnx.get_backend_pid()}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def queued(env):
    """How many numbers wait for a look-up."""
    waiting = [("look_up_at", "!=", False)]
    return {"count": env["sms.inbox.subscriber"].search_count(waiting)}


def _row(n):
    """Mostly numbers of which only a carrier can tell more, as people write them."""
    area, rest = AREAS[n // 10_000 % len(AREAS)], n % 10_000
    phone = f"({area}) 555-{rest:04}" if n % 10 else f"+44 7911 {n % 1_000_000:06}"
    country = "base.us" if n % 10 else "base.uk"
    return [f"Contact {n}", phone, f"contact{n}@example.com", "Springfield", country]
