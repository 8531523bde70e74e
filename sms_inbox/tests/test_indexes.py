import runpy

from odoo.tests import tagged
from odoo.tools import file_path

from .common import SmsInboxCase

# pairs of B-trees of a table with the same condition, one as the other begins
REPEATED = """
    SELECT short.indexrelid::regclass::text
      FROM pg_index short
      JOIN pg_index long USING (indrelid)
      JOIN pg_class short_class ON short_class.oid = short.indexrelid
      JOIN pg_class long_class ON long_class.oid = long.indexrelid
      JOIN pg_am ON pg_am.oid = short_class.relam AND pg_am.oid = long_class.relam
     WHERE indrelid::regclass::text LIKE 'sms\\_inbox%' AND amname = 'btree'
       AND short.indexrelid != long.indexrelid
       AND NOT short.indisunique AND short.indexprs IS NULL
       AND pg_get_expr(short.indpred, indrelid)
           IS NOT DISTINCT FROM pg_get_expr(long.indpred, indrelid)
       AND (string_to_array(short.indkey::text, ' '))[1:short.indnkeyatts]
         = (string_to_array(long.indkey::text, ' '))[1:short.indnkeyatts]
"""


@tagged("post_install", "-at_install")
class TestIndexes(SmsInboxCase):
    """Each index is one more to write for every text, and to weigh for every query."""

    def repeated(self):
        # raw SQL: PostgreSQL's own catalogue
        self.env.cr.execute(REPEATED)
        return {name for (name,) in self.env.cr.fetchall()}

    def test_no_index_repeats_how_another_begins(self):
        self.assertEqual(self.repeated(), set())

    def test_an_update_drops_those_that_do(self):
        index = "sms_inbox_conversation__number_id_index"
        self.env.cr.execute(
            f"CREATE INDEX {index} ON sms_inbox_conversation (number_id)"
        )
        self.assertEqual(self.repeated(), {index})
        path = file_path("sms_inbox/migrations/19.0.1.9.0/post-indexes.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.8.0")
        self.assertEqual(self.repeated(), set())
