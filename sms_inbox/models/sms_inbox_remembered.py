from odoo import api, models
from odoo.tools import SQL


class SmsInboxRemembered(models.AbstractModel):
    """A small table that is read whole, and remembered as long as it stays so.

    What is made of it is kept by ``@ormcache("self._version()")``. Emptying Odoo's
    caches at a change would not do: who reads between the change and its commit, or in
    a transaction that began before, would fill them again with what was.
    """

    _name = "sms.inbox.remembered"
    _description = "Table that is remembered"

    @api.model
    def _version(self):
        """What is another one after any change of the table, as a transaction sees it.

        One look at a few thousand rows takes about a millisecond.
        """
        self.flush_model()
        # raw SQL: only the database knows which transaction wrote a row, and where
        query = SQL(
            "SELECT count(*), sum(hashtextextended(xmin || ' ' || ctid, 0)) FROM %s",
            SQL.identifier(self._table),
        )
        return self.env.execute_query(query)[0]

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self._forget()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self._forget()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget()
        return result

    def _forget(self):
        """Keep no older versions, of which nobody has any use."""
        self.env.registry.clear_cache()
