from odoo import fields, models

MENU = "sms_inbox.sms_inbox_menu_root"
ACTIONS = {
    "kpi_sms_inbox_received": "sms_inbox.sms_inbox_message_action",
    "kpi_sms_inbox_sent": "sms_inbox.sms_inbox_message_action",
    "kpi_sms_inbox_minutes": "sms_inbox.sms_inbox_wait_report_action",
    "kpi_sms_inbox_opt_outs": "sms_inbox.sms_inbox_consent_event_action",
}


class DigestDigest(models.Model):
    """Figures of the inbox, each of what its reader may see.

    A reader without the rights gets none: the digest leaves out what raises an
    ``AccessError``.
    """

    _inherit = "digest.digest"

    kpi_sms_inbox_received = fields.Boolean("Texts received")
    kpi_sms_inbox_received_value = fields.Integer(compute="_compute_sms_inbox_received")
    kpi_sms_inbox_sent = fields.Boolean("Texts sent")
    kpi_sms_inbox_sent_value = fields.Integer(compute="_compute_sms_inbox_sent")
    kpi_sms_inbox_minutes = fields.Boolean("Minutes until an answer (median)")
    kpi_sms_inbox_minutes_value = fields.Float(compute="_compute_sms_inbox_minutes")
    kpi_sms_inbox_opt_outs = fields.Boolean("Opted out of texts")
    kpi_sms_inbox_opt_outs_value = fields.Integer(compute="_compute_sms_inbox_opt_outs")

    def _compute_sms_inbox_received(self):
        self._calculate_company_based_kpi(
            "sms.inbox.message",
            "kpi_sms_inbox_received_value",
            date_field="date",
            additional_domain=[("direction", "=", "in")],
        )

    def _compute_sms_inbox_sent(self):
        self._calculate_company_based_kpi(
            "sms.inbox.message",
            "kpi_sms_inbox_sent_value",
            date_field="date",
            additional_domain=[
                ("direction", "=", "out"),
                ("state", "in", ["sent", "delivered"]),
            ],
        )

    def _compute_sms_inbox_minutes(self):
        """The median of the waits that an answer ended, in minutes of working time."""
        start, end, companies = self._get_kpi_compute_parameters()
        medians = dict(
            self.env["sms.inbox.wait.report"]._read_group(
                [
                    ("company_id", "in", companies.ids),
                    ("how", "=", "answered"),
                    ("began", ">=", start),
                    ("began", "<", end),
                ],
                ["company_id"],
                ["median_hours:avg"],
            )
        )
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_sms_inbox_minutes_value = 60 * medians.get(company, 0)

    def _compute_sms_inbox_opt_outs(self):
        self._calculate_company_based_kpi(
            "sms.inbox.consent.event",
            "kpi_sms_inbox_opt_outs_value",
            date_field="at",
            additional_domain=[("state", "=", "opted_out")],
        )

    def _compute_kpis_actions(self, company, user):
        menu = self.env.ref(MENU).id
        ours = {kpi: f"{action}?menu_id={menu}" for kpi, action in ACTIONS.items()}
        return super()._compute_kpis_actions(company, user) | ours
