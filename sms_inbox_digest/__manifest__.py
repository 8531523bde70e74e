{
    "name": "SMS Inbox in digest e-mails",
    "summary": "Texts, waiting times and opt-outs in Odoo's periodic digest",
    "version": "19.0.1.0.0",
    "category": "Productivity",
    "author": "SMS Inbox contributors",
    "license": "LGPL-3",
    "depends": ["digest", "sms_inbox"],
    "data": ["data/digest_data.xml", "views/digest_digest_views.xml"],
    "auto_install": True,
}
