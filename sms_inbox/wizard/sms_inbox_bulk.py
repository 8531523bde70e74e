import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
MOST_FOR_AGENTS = 50  # people whom a user without a supervisor's rights texts at once


class SmsInboxBulk(models.TransientModel):
    """Text many people: what, from which numbers, when, and what that will come to."""

    _name = "sms.inbox.bulk"
    _description = "Text many people"

    res_model = fields.Char(required=True, readonly=True)
    # many thousand ids, which no screen needs
    res_ids = fields.Json(readonly=True, prefetch=False)
    count = fields.Integer("People chosen", readonly=True)
    template_id = fields.Many2one("sms.template", domain="[('model', '=', res_model)]")
    body = fields.Text(
        "Text",
        compute="_compute_body",
        store=True,
        readonly=False,
        help="{{ object.name }} becomes each person's name. For people without one: "
        "{{ object.name ||| there }}. The wand beside the text inserts other fields.",
    )
    number_ids = fields.Many2many(
        "sms.inbox.number",
        string="Text from",
        default=lambda self: self._default_numbers(),
        domain="[('usage', '=', 'conversation')]",
        help="Whoever knows one of these numbers is texted from it; all others are "
        "shared out between them.",
    )
    priority = fields.Selection(
        [("bulk", "Bulk: whenever there is room"), ("notice", "Notice: before bulk")],
        string="Kind",
        required=True,
        default="bulk",
        help="Replies always go first, whatever you choose.",
    )
    timing = fields.Selection(
        [("now", "Now"), ("later", "Later")],
        string="Start",
        required=True,
        default="now",
    )
    start = fields.Datetime("Not before")
    end = fields.Datetime(
        "Not after", help="What has not left by then is not sent. Empty: no end."
    )
    batch_id = fields.Many2one(
        "sms.inbox.batch", "Sent as", readonly=True, ondelete="set null"
    )
    problem = fields.Char(compute="_compute_outlook")
    outlook = fields.Html("Forecast", compute="_compute_outlook", sanitize=False)
    preview = fields.Json(compute="_compute_outlook")

    @api.model
    def _default_numbers(self):
        usable = self.env["sms.inbox.number"]._usable()
        healthy = usable._healthy()
        mine = healthy.filtered(lambda number: self.env.user in number.user_ids)
        return mine or healthy[:1]

    # ------------------------------------------------------------
    # OPEN
    # ------------------------------------------------------------

    @api.model
    def _open(self):
        """The action that opens this for the records of the context.

        :raise UserError: if there are none, or nobody can be texted through them
        """
        model = self.env.context.get("active_model")
        if not model or not self.env["sms.inbox.recipients"]._can_text(model):
            raise UserError(self.env._("These records have no phone numbers."))
        res_ids = self._chosen(model)
        if not res_ids:
            raise UserError(self.env._("Choose first whom you want to text."))
        bulk = self.create(
            {"res_model": model, "res_ids": res_ids, "count": len(res_ids)}
        )
        return {
            "type": "ir.actions.act_window",
            "name": bulk._title(),
            "res_model": self._name,
            "res_id": bulk.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _title(self):
        if self.count == 1:
            return self.env._("Text one person")
        return self.env._("Text %s people", self.count)

    @api.model
    def _chosen(self, model):
        """The ids that were selected: all of the list's, if a browser names no more."""
        context = self.env.context
        res_ids = context.get("active_ids") or []
        # sudo: ir.config_parameter - the browser's own limit, no secret
        most = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("web.active_ids_limit", 20000)
        )
        if len(res_ids) < int(most) or "active_domain" not in context:
            return list(res_ids)
        return self.env[model].search(Domain(context["active_domain"])).ids

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("template_id")
    def _compute_body(self):
        for bulk in self:
            if bulk.template_id:
                bulk.body = bulk.template_id.body

    @api.depends("body", "number_ids", "priority", "timing", "start", "end")
    def _compute_outlook(self):
        outlooks = self.env["sms.inbox.outlook"]
        for bulk in self:
            bulk.outlook = bulk.preview = False
            bulk.problem = bulk._too_many()
            if not bulk.number_ids or not (bulk.body or "").strip():
                continue
            try:
                figures = bulk._figures()
            except AccessError as error:
                bulk.problem = str(error)
                continue
            bulk.outlook = outlooks._html(figures)
            bulk.preview = figures.get("preview")

    def _figures(self):
        return self.env["sms.inbox.outlook"]._figures(
            self.res_model,
            # a record that a form has changed reads this from the one that is stored
            self._origin.res_ids or self.res_ids or [],
            self.number_ids._origin,
            self.body,
            self.priority,
            start=self._start(),
            end=self.end,
        )

    def _start(self):
        return self.timing == "later" and self.start

    def _too_many(self):
        is_supervisor = self.env.user.has_group("sms_inbox.group_supervisor")
        # not the field of that name, which a browser may send
        count = len(self._origin.res_ids or self.res_ids or [])
        if is_supervisor or count <= MOST_FOR_AGENTS:
            return False
        return self.env._(
            "You can text up to %(most)s people at once, and chose %(count)s. Ask a "
            "supervisor to send this, or choose fewer.",
            most=MOST_FOR_AGENTS,
            count=count,
        )

    # ------------------------------------------------------------
    # SEND
    # ------------------------------------------------------------

    def action_send(self):
        """Make the batch and begin; its texts are written in the background.

        Pressed again, because the answer was lost or slow, it gives the same batch.
        """
        self.ensure_one()
        self._wait_for_others()
        if not self.batch_id:
            self._check()
            self.batch_id = self._make_batch(self._figures_to_send())
            self.batch_id.action_start()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.batch_id._name,
            "res_id": self.batch_id.id,
            "views": [(False, "form")],
        }

    def _wait_for_others(self):
        """Have whoever presses the same button at once see what the first one made."""
        # raw SQL: waits for its turn, where the ORM's lock tells the user to try again
        self.env.cr.execute(
            "SELECT FROM sms_inbox_bulk WHERE id = %s FOR NO KEY UPDATE", (self.id,)
        )
        self.invalidate_recordset(["batch_id"])

    def _figures_to_send(self):
        figures = self._figures()
        if not figures["texts"]:
            raise UserError(
                self.env._("Nobody would get a text. Read in the forecast why.")
            )
        return figures

    def _check(self):
        """Raise with what is still missing, or not allowed."""
        if not (self.body or "").strip():
            raise UserError(self.env._("Write the text first."))
        # with the user's own rules: a form may send any id
        if not self.number_ids or self.number_ids != self.number_ids.search(
            [("id", "in", self.number_ids.ids), ("usage", "=", "conversation")]
        ):
            raise UserError(self.env._("Choose the numbers to text from."))
        if len(self.number_ids.company_id) > 1:
            raise UserError(self.env._("Choose numbers of one company."))
        if self.timing == "later" and not self.start:
            raise UserError(self.env._("Choose when to start."))
        if self.end and self.end <= (self._start() or fields.Datetime.now()):
            raise UserError(self.env._("The end must come after the start."))
        if too_many := self._too_many():
            raise UserError(too_many)

    def _make_batch(self, figures):
        figures = {k: v for k, v in figures.items() if k != "preview"}
        model = self.env["ir.model"]._get(self.res_model).display_name
        # sudo: sms.inbox.batch - made by code alone, from what was checked above
        batches_sudo = self.env["sms.inbox.batch"].sudo()
        batch_sudo = batches_sudo.create(
            {
                "name": self._name_of_batch(model),
                "company_id": self.number_ids.company_id.id,
                "user_id": self.env.uid,
                "body": self.body,
                "priority": self.priority,
                "number_ids": [(6, 0, self.number_ids.ids)],
                "start": self._start(),
                "end": self.end,
                "model": self.res_model,
                "res_ids": self.res_ids,
                "total": len(self.res_ids),
                "forecast": figures,
            }
        )
        return batch_sudo.sudo(self.env.su)

    def _name_of_batch(self, model):
        words = PLACEHOLDER.sub("…", self.body).strip().split("\n")[0]
        words = words[:40].rstrip() + ("…" if len(words) > 40 else "")
        return f"{model}: {words}"
