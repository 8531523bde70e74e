"""The message that a button leaves in a corner of the screen."""


def toast(message, kind="success", sticky=False):
    """The client action that shows a message and closes the window that it came from.

    :param kind: ``success``, ``warning`` or ``danger``
    :param sticky: whether it stays until somebody closes it
    """
    done = kind == "success" and not sticky
    return {
        "type": "ir.actions.client",
        # briefly, see static/src/told/done.js; Odoo's own stays for what needs reading
        "tag": "sms_inbox.done" if done else "display_notification",
        "params": {
            "type": kind,
            "message": message,
            "sticky": sticky,
            "next": {"type": "ir.actions.act_window_close"},
        },
    }
