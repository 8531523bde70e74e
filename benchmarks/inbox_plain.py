"""A plain model with the same rows, as the least that Odoo's own views take."""

MODEL = "x_bench_conversation"
FIELDS = {
    "x_name": "char",
    "x_number_id": "sms.inbox.number",
    "x_company_id": "res.company",
    "x_partner_id": "res.partner",
    "x_user_id": "res.users",
    "x_last_text": "char",
    "x_last_text_at": "datetime",
    "x_waiting_since": "datetime",
    "x_flagged": "boolean",
    "x_unread": "integer",
}
STAGES = ("needs_reply", "waiting", "closed")
READ = {"x_name": {}, "x_stage": {}, "x_last_text": {}, "x_last_text_at": {}}
READ |= {"x_flagged": {}}
READ |= {
    name: {"fields": {"display_name": {}}}
    for name in ("x_number_id", "x_partner_id", "x_user_id")
}
ORDER = "x_last_text_at desc, id desc"
FILL = """
    INSERT INTO x_bench_conversation
           (x_name, x_number_id, x_company_id, x_partner_id, x_user_id, x_stage,
            x_last_text, x_last_text_at, x_waiting_since, x_flagged, x_unread,
            create_date, write_date)
    SELECT contact_number, number_id, company_id, partner_id, user_id,
           CASE stage WHEN 'snoozed' THEN 'waiting' ELSE stage END,
           last_text, last_text_at, waiting_since, flagged,
           (SELECT max(unread) FROM sms_inbox_conversation_user
             WHERE conversation_id = thread.id),
           now(), now()
      FROM sms_inbox_conversation thread
     WHERE last_text_at IS NOT NULL;
    -- the best ones for how it is read
    CREATE INDEX ON x_bench_conversation (x_last_text_at DESC, id DESC);
    CREATE INDEX ON x_bench_conversation (x_stage, x_last_text_at DESC, id DESC);
    CREATE INDEX ON x_bench_conversation (x_company_id, x_last_text_at DESC, id DESC);
    CREATE INDEX ON x_bench_conversation (x_company_id) WHERE x_unread > 0
"""


def make(admin) -> None:
    """Make the model, with a rule for companies, by an administrator's calls."""
    model_id = admin("ir.model", "create", [_model()])[0]
    admin(
        "ir.model.access",
        "create",
        [{"name": MODEL, "model_id": model_id, "perm_read": True}],
    )
    rule = "[('x_company_id', 'in', company_ids)]"
    admin(
        "ir.rule",
        "create",
        [{"name": MODEL, "model_id": model_id, "domain_force": rule}],
    )


def _model():
    stages = [
        (0, 0, {"value": stage, "name": stage, "sequence": place})
        for place, stage in enumerate(STAGES)
    ]
    stage = {"name": "x_stage", "ttype": "selection", "selection_ids": stages}
    fields = [stage, *(_field(*item) for item in FIELDS.items())]
    return {
        "name": "Plain conversation",
        "model": MODEL,
        "field_id": [(0, 0, {"field_description": f["name"], **f}) for f in fields],
    }


def _field(name, kind):
    if name.endswith("_id"):
        return {"name": name, "ttype": "many2one", "relation": kind}
    return {"name": name, "ttype": kind}
