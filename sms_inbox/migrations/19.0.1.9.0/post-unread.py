from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Forget what was unread for whoever had lost its thread by then."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["sms.inbox.conversation.user"]._gc_unread()
