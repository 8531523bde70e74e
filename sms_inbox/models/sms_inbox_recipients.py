from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.rendering_tools import parse_inline_template, render_inline_template

from ..messaging import numbers, segments, sender_choice, textability, wording

# What a placeholder's own code may raise; safe_eval turns most into a ValueError.
NOT_FILLED_IN = (UserError, ValueError, SyntaxError, TypeError, ZeroDivisionError)


class Recipient(NamedTuple):
    """A record that a text is meant for; ``reason`` says why it gets none."""

    res_id: int
    number: str = ""
    partner_id: int | bool = False
    reason: str = ""


class SmsInboxRecipients(models.AbstractModel):
    """Who gets a bulk text, from which number, and in which words.

    Everything is read with the rights of the environment's user, in the companies of
    its context, in a number of queries that does not grow with the recipients.
    """

    _name = "sms.inbox.recipients"
    _description = "Recipients of a bulk text"

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    @api.model
    def _judge(self, model, res_ids, senders, taken=None, closely=True):
        """A :class:`Recipient` for each id, in the same order, with a reason or none.

        Reasons: no_permission, no_number, not_a_number, ours, twice, opted_out,
        not_textable.

        :param senders: the ``sms.inbox.number`` records to text from, of one company
        :param taken: gives those of a list of numbers that have their text already
        :param closely: also look at each new number's shape; slow for many thousands
        """
        rows = self._rows(model, res_ids)
        company = senders.company_id
        country = company.country_id.code
        found = [self._recipient(i, rows.get(i), country) for i in res_ids]
        contact_numbers = list({r.number for r in found if r.number})
        barred = self._barred(company, senders, contact_numbers, closely)
        barred |= dict.fromkeys(senders.mapped("number"), "ours")
        seen, result = set(taken(contact_numbers) if taken else ()), []
        for recipient in found:
            reason = recipient.reason or barred.get(recipient.number, "")
            if not reason and recipient.number in seen:
                reason = "twice"
            if not reason:
                seen.add(recipient.number)
            result.append(recipient._replace(reason=reason))
        return result

    @api.model
    def _recipient(self, res_id, row, country):
        if row is None:
            return Recipient(res_id, reason="no_permission")
        partner_id, sanitized, *written = row
        if sanitized:
            return Recipient(res_id, sanitized, partner_id)
        written = next(filter(None, written), "")
        try:
            return Recipient(res_id, numbers.parse(written, country), partner_id)
        except numbers.NumberError as error:
            reason = "no_number" if error.reason == "empty" else "not_a_number"
            return Recipient(res_id, partner_id=partner_id, reason=reason)

    @api.model
    def _rows(self, model, res_ids):
        """(contact, number, number as written, ...) of the records that may be read."""
        partner_field = self._partner_field(model)
        names = self._stored(model, self.env[model]._phone_get_number_fields())
        rows = self._read(
            model,
            res_ids,
            [partner_field] + self._stored(model, ["phone_sanitized"]) + names,
        )
        if not self._stored(model, ["phone_sanitized"]):
            rows = {key: (row[0], None, *row[1:]) for key, row in rows.items()}
        numberless = {k: row[0] for k, row in rows.items() if not any(row[1:])}
        if model != "res.partner" and any(numberless.values()):
            of_partner = self._rows("res.partner", list(set(numberless.values())))
            rows |= {k: of_partner.get(p, rows[k]) for k, p in numberless.items()}
        return rows

    @api.model
    def _read(self, model, res_ids, names):
        """{id: values} of stored fields, None where a name is empty, in one query."""
        records = self.env[model].with_context(active_test=False)
        query = records._search([("id", "in", list(res_ids))])
        columns = [
            records._field_to_sql(query.table, name, query) if name else SQL("NULL")
            for name in ["id", *names]
        ]
        # raw SQL: an ORM query of plain values; rules and field groups are in it
        rows = self.env.execute_query(query.select(*columns))
        return {res_id: tuple(values) for res_id, *values in rows}

    @api.model
    def _partner_field(self, model):
        if model == "res.partner":
            return "id"
        names = self.env[model]._mail_get_partner_fields()
        single = [n for n in names if self.env[model]._fields[n].type == "many2one"]
        return next(iter(self._stored(model, single)), None)

    @api.model
    def _stored(self, model, names):
        fields_ = self.env[model]._fields
        return [n for n in names if n in fields_ and fields_[n].store]

    @api.model
    def _can_text(self, model):
        """Whether records of a model have or lead to a phone number."""
        names = self.env[model]._phone_get_number_fields()
        return bool(self._stored(model, names) or self._partner_field(model))

    @api.model
    def _barred(self, company, senders, contact_numbers, closely):
        """{number: reason} of those that must not or cannot be texted."""
        # sudo: sms.inbox.line - belongs to no company, users may not read it
        lines = senders.sudo().line_id.ids
        # sudo: sms.inbox.consent - an opt-out holds for everyone, whoever may read it
        consents_sudo = self.env["sms.inbox.consent"].sudo()
        opted_out = consents_sudo.search_fetch(
            [
                ("company_id", "=", company.id),
                ("number", "in", contact_numbers),
                ("state", "=", "opted_out"),
                ("line_id", "in", [False, *lines]),
            ],
            ["number"],
        )
        barred = self._not_textable(company, contact_numbers, closely)
        return barred | dict.fromkeys(opted_out.mapped("number"), "opted_out")

    @api.model
    def _not_textable(self, company, contact_numbers, closely):
        # sudo: sms.inbox.subscriber - what the company knows of its numbers
        known_sudo = self.env["sms.inbox.subscriber"].sudo()
        domain = [("company_id", "=", company.id), ("number", "in", contact_numbers)]
        if not closely:
            domain.append(("textability", "=", "not_textable"))
        rows = known_sudo.search_fetch(domain, ["number", "textability"])
        states = {row.number: row.textability for row in rows}
        for number in contact_numbers if closely else ():
            if number not in states:
                states[number] = textability.offline(number).state
        return {n: s for n, s in states.items() if s == textability.NOT_TEXTABLE}

    # ------------------------------------------------------------
    # FROM WHICH NUMBER
    # ------------------------------------------------------------

    @api.model
    def _choose_senders(self, senders, contact_numbers, size):
        """{contact's number: our number's id}: the one they know, else spread evenly.

        :param size: how many segments a text takes on average
        """
        senders = senders._healthy()
        known = senders._known_to(contact_numbers)
        new = [number for number in contact_numbers if number not in known]
        each = {sender.id: size * sender._seconds_each() for sender in senders}
        spread = sender_choice.spread(senders._as_senders(), new, each)
        return {theirs: number.id for theirs, number in known.items()} | spread

    # ------------------------------------------------------------
    # WHICH WORDS
    # ------------------------------------------------------------

    @api.model
    def _render(self, template, model, res_ids):
        """{id: text} with the placeholders filled in; None where that failed.

        :raise AccessError: if the user may not write such placeholders
        """
        renderer = self.env["mail.render.mixin"]
        if not self._check_template(template, model):
            simple = renderer._render_template_inline_template_regex
            texts = simple(template, model, list(res_ids))
        else:
            # core's own way stops at the first that fails, and logs its text
            instructions = parse_inline_template(template)
            variables = renderer._render_eval_context()
            texts = {
                record.id: self._fill_in(instructions, {**variables, "object": record})
                for record in self.env[model].browse(res_ids)
            }
        return {key: text and wording.clean(text) for key, text in texts.items()}

    @api.model
    def _fill_in(self, instructions, variables):
        try:
            return render_inline_template(instructions, variables)
        except NOT_FILLED_IN:
            return None

    @api.model
    def _check_template(self, template, model):
        """Whether it has placeholders that are for people who may edit templates.

        :raise AccessError: if so, and the user may not
        """
        renderer = self.env["mail.render.mixin"]
        is_free = renderer._has_unsafe_expression_template_inline_template(
            template, model
        )
        may_edit = self.env.user.has_group("mail.group_mail_template_editor")
        if is_free and not may_edit:
            raise AccessError(
                self.env._(
                    "You may only use simple placeholders such as {{ object.name }}. "
                    "Ask your administrator to let you edit templates."
                )
            )
        return is_free

    @api.model
    def _texts(self, good, senders, bodies, standing_for=1.0):
        """What each gets, as dicts; ``reason`` says why it cannot be sent, else "".

        :param good: those :class:`Recipient` that may be texted
        :param bodies: what :meth:`_render` gave
        :param standing_for: how many texts each one stands for
        """
        sizes = [segments.count(body or "") for body in bodies.values()]
        size = standing_for * sum(sizes) / max(1, len(sizes))
        chosen = self._choose_senders(senders, [r.number for r in good], size)
        texts = []
        for recipient in good:
            sender = senders.browse(chosen.get(recipient.number))
            body = bodies[recipient.res_id]
            texts.append(
                {
                    "res_id": recipient.res_id,
                    "number": recipient.number,
                    "partner_id": recipient.partner_id,
                    "sender": sender,
                    "body": body,
                    "segments": segments.count(body or "", sender._is_toll_free()),
                    "reason": self._text_reason(sender, body),
                }
            )
        return texts

    @api.model
    def _text_reason(self, sender, text):
        if not sender:
            return "no_sender"
        if text is None:
            return "not_filled_in"
        if not text.strip():
            return "empty"
        return "too_long" if len(text) > sender._adapter().max_body_length else ""
