"""Small tables that are remembered, changed while others read, with real cursors."""

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name


@tagged("post_install", "-at_install")
class TestRemembered(BaseCase):
    @contextmanager
    def transaction(self):
        """A transaction of its own, with a snapshot taken at once."""
        with Registry(get_db_name()).cursor() as cr:
            cr.execute("SELECT 1")
            yield api.Environment(cr, SUPERUSER_ID, {})

    def commit(self, env, model, vals):
        """Commit a new row, which goes when the test ends."""
        row = env[model].create(vals)
        self.addCleanup(self.remove, model, row.id)
        return row

    def remove(self, model, row_id):
        with self.transaction() as env:
            env[model].browse(row_id).unlink()

    def hours(self, env):
        return [rule.opens for rule in env["sms.inbox.quiet.rule"]._rules()]

    def test_new_hours_hold_whoever_read_the_old_ones_meanwhile(self):
        model = "sms.inbox.quiet.rule"
        with self.transaction() as began_before, self.transaction() as env:
            rule = self.commit(env, model, {"opens": 9.75})
            with self.transaction() as meanwhile:
                self.assertNotIn(9.75, self.hours(meanwhile))
            env.cr.commit()
            self.assertNotIn(9.75, self.hours(began_before))
            with self.transaction() as after:
                self.assertIn(9.75, self.hours(after))

            rule.opens = 10.75
            with self.transaction() as meanwhile:
                self.assertIn(9.75, self.hours(meanwhile))
            env.cr.commit()
            with self.transaction() as after:
                self.assertIn(10.75, self.hours(after))
                self.assertNotIn(9.75, self.hours(after))

    def test_a_new_phrase_counts_whoever_read_the_old_ones_meanwhile(self):
        vals = {"text": "banana for ever", "intent": "opt_out", "language": "en"}
        with self.transaction() as env:
            self.commit(env, "sms.inbox.phrase", vals)
            with self.transaction() as meanwhile:
                before = meanwhile["sms.inbox.phrase"]._phrases()
        with self.transaction() as after:
            self.assertIsNot(after["sms.inbox.phrase"]._phrases(), before)

    def test_hours_that_are_taken_back_never_held(self):
        with self.transaction() as env:
            env["sms.inbox.quiet.rule"].create({"opens": 9.75})
            self.assertIn(9.75, self.hours(env))
            env.cr.rollback()
            self.assertNotIn(9.75, self.hours(env))
