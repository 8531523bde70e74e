from odoo import api, fields, models
from odoo.exceptions import UserError

# One statement may take a row's words away; nothing else changes a row, ever.
GUARD = """
    CREATE OR REPLACE FUNCTION sms_inbox_consent_event_guard() RETURNS trigger AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL THEN
            OLD.words = NULL;
            OLD.reason = NULL;
            OLD.erased_at = NEW.erased_at;
            IF NEW IS NOT DISTINCT FROM OLD THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'The record of consents cannot be changed.';
    END $$ LANGUAGE plpgsql;
    CREATE OR REPLACE TRIGGER sms_inbox_consent_event_guard
        BEFORE UPDATE OR DELETE ON sms_inbox_consent_event
        FOR EACH ROW EXECUTE FUNCTION sms_inbox_consent_event_guard();
    CREATE OR REPLACE TRIGGER sms_inbox_consent_event_guard_all
        BEFORE TRUNCATE ON sms_inbox_consent_event
        FOR EACH STATEMENT EXECUTE FUNCTION sms_inbox_consent_event_guard();
"""


class SmsInboxConsentEvent(models.Model):
    """One change of a consent, kept as proof. Rows are added, never changed.

    It points at no person and no line, so that deleting those stays possible and the
    proof stays whole. What they wrote can be erased, once, where the law asks for it.
    """

    _name = "sms.inbox.consent.event"
    _inherit = ["sms.inbox.consent.shown"]
    _description = "Change of consent"
    _rec_name = "number"
    _order = "id desc"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict"
    )
    at = fields.Datetime("Noted on", required=True, default=fields.Datetime.now)
    number = fields.Char("Their number", required=True, index=True)
    line_number = fields.Char("Our number", help="Empty: all of the company's numbers.")
    state = fields.Selection(
        lambda self: self.env["sms.inbox.consent"]._fields["state"].selection,
        required=True,
    )
    said_by = fields.Selection(
        lambda self: self.env["sms.inbox.consent"]._fields["said_by"].selection,
        required=True,
        default="staff",
    )
    actor = fields.Char("Who or what", required=True)
    words = fields.Text("Which words")
    rule = fields.Char("Which rule")
    reason = fields.Text()
    text_uuid = fields.Char("In which text", help="The text's own identifier.")
    erased_at = fields.Datetime("Words erased on")

    def init(self):
        # raw SQL: the database itself refuses what the ORM could be made to do
        self.env.cr.execute(GUARD)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The record of consents cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The record of consents cannot be deleted."))

    def _as_proof(self):
        """The heads of the columns, then a row for each event, in plain words."""
        names = ["at", "number", "line_number", "state", "said_by", "actor", "rule"]
        names += ["words", "reason", "text_uuid", "erased_at"]
        described = self.fields_get(names, ["string", "selection"])
        yield [described[name]["string"] for name in names]
        for event in self:
            yield [
                dict(described[name].get("selection", ())).get(event[name], event[name])
                for name in names
            ]

    def _erase_words(self):
        """Take away what they wrote, and why, where the law asks for it."""
        # raw SQL: write() is closed, and the database lets just this pass
        self.env.cr.execute(
            "UPDATE sms_inbox_consent_event "
            "SET words = NULL, reason = NULL, erased_at = %s "
            "WHERE id = ANY(%s) AND erased_at IS NULL",
            (fields.Datetime.now(), self.ids),
        )
        self.invalidate_recordset()
