{
    "name": "SMS Inbox in CRM",
    "summary": "Text leads, and see beside their phone whether they can be texted",
    "version": "19.0.1.1.1",
    "category": "Sales/CRM",
    "author": "SMS Inbox contributors",
    "license": "LGPL-3",
    "depends": ["crm", "sms_inbox"],
    "data": ["data/utm_source_data.xml", "views/crm_lead_views.xml"],
    "assets": {"web.assets_tests": ["sms_inbox_crm/static/tests/tours/**/*"]},
    "auto_install": True,
}
