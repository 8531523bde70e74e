from odoo import api, models
from odoo.fields import Domain

COUNTED = 1000  # cards of a column are counted as far as this; screens say "1,000+"
ON_BOARD = "sms_inbox_board"
IN_OR_NOT = ("in", "not in")


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """The board's columns: who has one, which are folded, how many cards they have."""

    _inherit = "sms.inbox.conversation"

    # ------------------------------------------------------------
    # COLUMNS
    # ------------------------------------------------------------

    @api.model
    def _web_read_group_format(self, groupby, aggregates, groups):
        """Fold the board's column of what is closed."""
        columns = super()._web_read_group_format(groupby, aggregates, groups)
        if self._web_read_group_field_expand(groupby):
            for column in columns:
                if column.get("stage") == "closed":
                    column["__fold"] = True
        return columns

    def _open_groups(self, **how):
        """Unfold the column of what nobody has: it is the one to look at."""
        if how["groupby"][0] == "user_id" and how["auto_unfold"]:
            nobody = {
                "value": False,
                "folded": False,
                "limit": how["unfold_read_default_limit"],
                "offset": 0,
            }
            how["opening_info"] = how["opening_info"] or [nobody]
            how["parent_opening_info"] = how["parent_opening_info"] or [nobody]
        return super()._open_groups(**how)

    @api.model
    def _group_expand_users(self, users, _domain):
        """A column for everyone who answers, also who has no conversation now."""
        numbers = self.env["sms.inbox.number"].search([("usage", "=", "conversation")])
        return users | numbers.user_ids

    # ------------------------------------------------------------
    # COUNTS
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def web_read_group(self, *args, auto_unfold=False, **kwargs):
        """As a board, which unfolds its columns, count no further than it shows."""
        on_board = self.with_context(**{ON_BOARD: auto_unfold})
        return super(SmsInboxConversation, on_board).web_read_group(
            *args, auto_unfold=auto_unfold, **kwargs
        )

    @api.model
    @api.readonly
    def read_progress_bar(self, domain, group_by, progress_bar):
        """By stage, count no further either; those who wait alone have a response."""
        if group_by != "stage" or progress_bar["field"] != "response":
            return super().read_progress_bar(domain, group_by, progress_bar)
        waits = self._at_stage(domain, "needs_reply")
        bars = {
            response: waits & Domain("response", "=", response)
            for response in progress_bar["colors"]
        }
        return {"needs_reply": self._counts(bars, COUNTED + 1)}

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), *args, **kwargs):
        on_board = self.env.context.get(ON_BOARD)
        if on_board and (*groupby, *aggregates) == ("stage", "__count"):
            stages = self._fields["stage"].get_values(self.env)
            columns = {stage: self._at_stage(domain, stage) for stage in stages}
            counts = self._counts(columns, COUNTED + 1)
            return [column for column in counts.items() if column[1]]
        return super()._read_group(domain, groupby, aggregates, *args, **kwargs)

    @api.model
    def _at_stage(self, domain, stage):
        """What a domain says of one stage alone, so that an index can serve it."""

        def known(condition):
            if condition.field_expr != "stage" or condition.operator not in IN_OR_NOT:
                return condition
            return Domain((stage in condition.value) == (condition.operator == "in"))

        rest = Domain(domain).optimize(self).map_conditions(known)
        return Domain("stage", "=", stage) & rest
