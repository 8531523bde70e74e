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

from odoo.addons.sms_inbox import carriers

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
    texts_of_the_peer(env, count)
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


def events(env, kind, count, people, phone):
    """What carriers told us, processed by the scheduled action until none waits.

    The texts are from ``people`` persons; the reports are two for each text of ours.
    """
    twilio = ["http://127.0.0.1:9", "AC1", "secret"]
    world = World(env, f"Bench {time.time()}", twilio, password=phone)
    number = world.number(phone)
    told = {"inbound": _texts_from, "reports": _reports_on}[kind]
    for item, attempt_uuid in told(env, number, count, people):
        env["sms.inbox.webhook.event"]._store(world.account, item, attempt_uuid)
    _settle_in(env, "sms_inbox_webhook_event")
    with _metered() as figures:
        _until_empty(
            env,
            "SELECT EXISTS (SELECT FROM sms_inbox_webhook_event"
            " WHERE state = 'pending')",
            env["sms.inbox.webhook.event"]._cron_process,
        )
    return figures


def _texts_from(_env, number, count, people):
    for n in range(count):
        text = carriers.InboundText(
            carrier_id=f"SM{number.id}-{n}",
            sender=texts.contact(n % people),
            recipient=number.number,
            body=f"Is my bike ready? I asked {n} times.",
            segments=1,
        )
        yield text, None


def _reports_on(env, number, count, _people):
    env.flush_all()
    env.cr.execute(texts.queue(number.id, count // 2, priority="reply"))
    env.cr.execute(texts.HANDED_OVER.format(number_id=number.id))
    uuids = [uuid for (uuid,) in env.cr.fetchall()]
    env.invalidate_all()
    for status in ("sent", "delivered"):
        for uuid in uuids:
            yield carriers.StatusReport(f"SM{uuid}", status), uuid


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


def texts_of_the_peer(env, count):
    """As many texts in Odoo's own queue, each to a contact of its own."""
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
    figures["took"] = time.monotonic() - figures["began"]
    after = resource.getrusage(resource.RUSAGE_SELF)
    figures["cpu"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures["sql"] = sql_db.sql_counter - sql
