"""Who is called, made inside of an Odoo: an account at each carrier, and the peer."""

import time

from benchmarks import texts
from benchmarks.in_odoo import texts_of_the_peer
from benchmarks.webhooks import calls, peers
from benchmarks.world import PUBLIC, World

NOWHERE = "http://127.0.0.1:9"


def build(env, reports, peer_reports):
    """Make what is called; gives the ids and secret tokens of our two accounts.

    :param reports: attempts of ours that can be reported on
    :param peer_reports: texts of Odoo's own queue that can be
    """
    world = World(env, "Bench", [NOWHERE, calls.ACCOUNT_SID, calls.AUTH_TOKEN])
    number = world.number(calls.OUR_NUMBER)
    env.flush_all()
    env.cr.execute(texts.queue(number.id, reports))
    env.cr.execute(texts.HANDED_OVER.format(number_id=number.id))
    _peer(env, peer_reports)
    _rest(env)
    telnyx = _telnyx(env, world.company)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return {"twilio": _place(world.account), "telnyx": _place(telnyx)}


def _telnyx(env, company):
    return env["sms.inbox.account"].create(
        {
            "name": "Bench Telnyx",
            "company_id": company.id,
            "carrier": "telnyx",
            "auth_token": "KEY-of-the-benchmark",
            "shared_key": calls.telnyx_public_key(),
            "public_base_url": PUBLIC,
        }
    )


def _peer(env, count):
    """Texts of Odoo's own queue, whose delivery can be reported."""
    env["ir.config_parameter"].set_param("web.base.url", PUBLIC)
    env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
    company = env["res.company"].create(
        {
            "name": f"Peer {time.time()}",
            "country_id": env.ref("base.us").id,
            "sms_provider": "twilio",
            "sms_twilio_account_sid": calls.ACCOUNT_SID,
            "sms_twilio_auth_token": calls.AUTH_TOKEN,
        }
    )
    env.user.company_ids += company
    texts_of_the_peer(env(context={"allowed_company_ids": company.ids}), 1)
    env.flush_all()
    env.cr.execute(peers.COPIES, (count - 1,))


def _rest(env):
    """Scheduled actions other than the one for what carriers told us stay away."""
    ours = env.ref("sms_inbox.ir_cron_process_events")
    env["ir.cron"].search([("id", "!=", ours.id)]).active = False


def _place(account):
    return {"id": account.id, "token": account.webhook_token}
