"""Cases that run inside of an Odoo process; each gives its figures.

``began`` is on the clock that the carrier reads too, ``cpu`` in seconds of this
process, ``sql`` in statements.
"""

import resource
import time
from contextlib import contextmanager
from unittest.mock import patch

import requests

from odoo import sql_db

from benchmarks import texts
from benchmarks.world import PUBLIC, World

TWILIO = "https://api.twilio.com"
GENEROUS = 1000  # calls of a scheduled action, after which something is wrong


def dispatcher(env, twilio, phone, count, in_flight):
    """Our queue: its scheduled action's method, called until nothing waits."""
    _end_others(env)
    env["ir.config_parameter"].set_param("sms_inbox.in_flight", str(in_flight))
    number = World(env, f"Bench {time.time()}", twilio).number(phone)
    env.flush_all()
    env.cr.execute(texts.queue(number.id, count))
    _settle_in(env, "sms_inbox_message")
    with _metered() as figures:
        _until_empty(
            env,
            "SELECT EXISTS (SELECT FROM sms_inbox_message WHERE state = 'queued')",
            env["sms.inbox.dispatcher"]._cron_dispatch,
        )
    return figures


def peer(env, twilio, phone, count):
    """Odoo's own queue, its fixed address replaced by the simulated carrier's."""
    url, sid, token = twilio
    company = env["res.company"].create(
        {
            "name": f"Peer {time.time()}",
            "country_id": env.ref("base.us").id,
            "sms_provider": "twilio",
            "sms_twilio_account_sid": sid,
            "sms_twilio_auth_token": token,
        }
    )
    # Twilio refuses to report to this machine
    env["ir.config_parameter"].set_param("web.base.url", PUBLIC)
    env.user.company_ids += company
    env = env(context={"allowed_company_ids": company.ids})
    env["sms.twilio.number"].create(
        {"number": phone, "country_id": env.ref("base.us").id}
    )
    _texts_of_the_peer(env, count)
    _settle_in(env, "sms_sms")
    with _metered() as figures, _peer_at(url):
        _until_empty(
            env,
            "SELECT EXISTS (SELECT FROM sms_sms WHERE state = 'outgoing')",
            env["sms.sms"]._process_queue,
        )
    return figures


def press_send(env, number_id, count, pause, body):
    """Queue replies one by one and commit; when each was begun."""
    conversations = env["sms.inbox.conversation"]
    began = []
    for n in range(count):
        contact = texts.contact(5_000_000 + n)
        conversation = conversations.browse(conversations.start(number_id, contact))
        # as a web request does, which writes its texts in a transaction of its own
        env.cr.commit()
        began.append(time.monotonic())
        conversation.send_text(f"{body} {n}")
        # what is measured begins with this commit
        env.cr.commit()
        time.sleep(pause * (0.5 + n % 7 / 7))
    return {"began": began}


def numbers(env, twilio, plan, count):
    """Numbers with limits as planned and texts in their queues; gives their ids."""
    world = World(env, f"Bench {time.time()}", twilio)
    made = {phone: world.number(phone, **limit).id for phone, limit in plan.items()}
    env.flush_all()
    for number_id in made.values() if count else ():
        env.cr.execute(texts.queue(number_id, count))
    _settle_in(env, "sms_inbox_message")
    return made


def _end_others(env):
    """What an earlier round left is not to be measured."""
    env.cr.execute(
        "UPDATE sms_inbox_message SET state = 'canceled' WHERE state = 'queued'"
    )


def _settle_in(env, table):
    # the code under test begins in a transaction of its own
    env.cr.commit()
    env.cr.execute(f"ANALYZE {table}")
    env.cr.commit()
    env.invalidate_all()


def _until_empty(env, question, step):
    for _call in range(GENEROUS):
        step()
        # as a scheduled action's end does
        env.cr.commit()
        env.cr.execute(question)
        if not env.cr.fetchone()[0]:
            return
    raise RuntimeError("the queue does not get empty")


def _texts_of_the_peer(env, count):
    partners = env["res.partner"].create(
        [
            {
                "name": f"Contact {n}",
                "phone": texts.contact(n),
                "country_id": env.ref("base.us").id,
            }
            for n in range(1, count + 1)
        ]
    )
    for n, partner in enumerate(partners, 1):
        partner._message_sms(
            f"Your bike is ready, number {n}.",
            partner_ids=partner.ids,
            put_in_queue=True,
        )


@contextmanager
def _peer_at(url):
    post = requests.Session.post

    def rebased(session, address, *args, **kwargs):
        return post(session, address.replace(TWILIO, url), *args, **kwargs)

    # the only way: the peer knows no other address than Twilio's
    with patch.object(requests.Session, "post", rebased):
        yield


@contextmanager
def _metered():
    figures = {"began": time.monotonic()}
    before, sql = resource.getrusage(resource.RUSAGE_SELF), sql_db.sql_counter
    yield figures
    after = resource.getrusage(resource.RUSAGE_SELF)
    figures["cpu"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures["sql"] = sql_db.sql_counter - sql
