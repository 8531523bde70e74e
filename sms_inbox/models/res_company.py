from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sms_inbox_opt_out_scope = fields.Selection(
        [
            ("company", "No texts from any of our numbers"),
            ("number", "No texts from the number that they answered"),
        ],
        string="STOP means",
        required=True,
        default="company",
    )
    # what is empty is answered with the words of _sms_inbox_answer
    sms_inbox_opt_out_confirmation = fields.Text("Answer to STOP", translate=True)
    sms_inbox_opt_in_confirmation = fields.Text("Answer to START", translate=True)
    sms_inbox_help_text = fields.Text("Answer to HELP", translate=True)
    sms_inbox_help_contact = fields.Char("Contact for HELP")
    sms_inbox_write_blacklist = fields.Boolean("Also add to Odoo's phone blacklist")

    def _sms_inbox_answer(self, word):
        """What a person is answered once, in the language of the context.

        It says who texts and what to do next, and advertises nothing: CTIA Messaging
        Principles (2023), 47 CFR 64.1200(a)(12).

        :param word: "opt_out", "opt_in", "help" or "wrong_person"
        """
        self.ensure_one()
        own = {
            "opt_out": self.sms_inbox_opt_out_confirmation,
            "opt_in": self.sms_inbox_opt_in_confirmation,
            "help": self.sms_inbox_help_text,
        }
        return own.get(word) or self._sms_inbox_usual_answer(word)

    def _sms_inbox_usual_answer(self, word):
        names = {"company": self.name, "contact": self._sms_inbox_contact()}
        return {
            "opt_out": self.env._(
                "%(company)s: you will get no more texts from us. Reply START to get "
                "them again.",
                **names,
            ),
            "opt_in": self.env._(
                "%(company)s: you will get our texts again. Message and data rates may "
                "apply. Reply HELP for help, STOP to end.",
                **names,
            ),
            "help": self.env._(
                "%(company)s: for help, contact %(contact)s. Message and data rates "
                "may apply. Reply STOP to get no more texts.",
                **names,
            ),
            "wrong_person": self.env._(
                "%(company)s: sorry, we had the wrong number. You will get no more "
                "texts from us.",
                **names,
            ),
        }[word]

    def _sms_inbox_contact(self):
        """Where people get help: what was set, else how the company is reached."""
        own = self.sms_inbox_help_contact
        return own or self.email or self.phone or self.website or self.name
