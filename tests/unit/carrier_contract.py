"""What must hold for every carrier. Inherit it, give the fixtures, and it is tested.

A subclass has these fixtures; numbers are whatever the carrier's own rules make them:

``carrier``          ready to send
``opted_out``        a recipient whom the carrier refuses because of a STOP
``lose_answers``     a callable after which an answer is lost; gives the recipient
``drop_texts``       likewise, but the carrier never takes the text
``taken``            a callable that gives how many texts the carrier took

Where a carrier has more to offer, more fixtures:

``text_it``          a callable (sender, recipient, body) that has somebody text one of
                     our numbers while we are down; for ``lists_received``
``attached``         (media, content type, content) of something at the carrier; for
                     ``max_media``
``looked_up``        (number, LineType) of somebody whom the carrier knows; for
                     ``looks_up``
``stop_it``          a callable (sender, recipient) that has somebody tell one of our
                     numbers to stop; for ``lists_opt_outs``

A carrier with webhooks inherits ``WebhookContract`` too, from ``webhook_contract``.
"""

import dataclasses
import logging
import time

import pytest

from carriers.base import Carrier
from carriers.errors import (
    AccountUnusable,
    CarrierError,
    ForgedRequest,
    MalformedRequest,
    Meaning,
    OutcomeUnknown,
    SenderMisconfigured,
    TextRefused,
    TryLater,
    error,
)
from carriers.recipients import KINDS
from carriers.values import STATES, Accepted, Credentials, InboundText, OutboundText

SENDER = "+14155552671"
RECIPIENT = "+12025550143"
BODY = "a body that nobody else may read"
UUID = "0f2c1a3e-5b6d-4c7e-8f90-a1b2c3d4e5f6"
NOWHERE = "http://127.0.0.1:9/nobody-listens"
STATUS_URL = f"https://texts.example.com/sms_inbox/x/secret-token/status/{UUID}"


def outbound(**changes):
    text = OutboundText(UUID, SENDER, RECIPIENT, BODY, STATUS_URL)
    return dataclasses.replace(text, **changes)


DECISIONS = {
    TryLater,
    TextRefused,
    SenderMisconfigured,
    AccountUnusable,
    OutcomeUnknown,
}


class CarrierContract:
    def test_an_accepted_text_has_the_carriers_id(self, carrier):
        accepted = carrier.send(outbound())
        assert isinstance(accepted, Accepted)
        assert accepted.carrier_id

    def test_two_texts_have_two_ids(self, carrier):
        ids = {carrier.send(outbound(uuid=uuid)).carrier_id for uuid in ("a1", "b2")}
        assert len(ids) == 2

    def test_a_recipient_who_opted_out_is_refused_for_good(self, carrier, opted_out):
        with pytest.raises(TextRefused) as refusal:
            carrier.send(outbound(recipient=opted_out))
        assert refusal.value.meaning is Meaning.OPT_OUT
        assert carrier.meaning(refusal.value.code) is Meaning.OPT_OUT

    def test_a_lost_answer_leaves_the_outcome_unknown(self, carrier, lose_answers):
        with pytest.raises(OutcomeUnknown):
            carrier.send(outbound(recipient=lose_answers()))

    def test_a_text_whose_answer_was_lost_is_found(self, carrier, lose_answers):
        text, since = outbound(recipient=lose_answers()), time.time()
        with pytest.raises(OutcomeUnknown):
            carrier.send(text)
        for found in self.look(carrier, text, since, 1):
            (report,) = found.reports
            assert found.carrier_id == report.carrier_id != ""
            assert report.state in STATES and report.status

    def test_a_text_that_was_never_taken_is_not_found(self, carrier, drop_texts):
        text, since = outbound(recipient=drop_texts()), time.time()
        with pytest.raises(OutcomeUnknown):
            carrier.send(text)
        # a carrier that repeats safely takes it now
        self.look(carrier, text, since, int(carrier.repeats_safely))

    def test_what_was_accepted_is_found_by_its_id(self, carrier):
        since, accepted = time.time(), carrier.send(outbound())
        for found in self.look(carrier, outbound(), since, 1):
            assert found.carrier_id == accepted.carrier_id

    @staticmethod
    def look(carrier, text, since, count):
        """What the carrier finds; nothing, and no proof, where nobody can be asked."""
        if not carrier.finds_after:
            with pytest.raises(OutcomeUnknown):
                carrier.find(text, since)
            return []
        found = carrier.find(text, since)
        assert len(found) == count
        return found

    def test_looking_for_a_text_never_sends_it_twice(
        self, carrier, lose_answers, taken
    ):
        text, before = outbound(recipient=lose_answers()), taken()
        with pytest.raises(OutcomeUnknown):
            carrier.send(text)
        for _look in range(3 if carrier.finds_after else 0):
            carrier.find(text, 0)
        assert taken() - before <= 1

    def test_one_uuid_is_one_text_where_it_says_so(self, carrier):
        if carrier.repeats_safely:
            sent = {carrier.send(outbound()).carrier_id for _again in range(3)}
            # the time that is left is all that differs in a later repeat
            sent.add(carrier.send(outbound(valid_seconds=60)).carrier_id)
            assert len(sent) == 1

    def test_looking_for_a_text_logs_nothing_private(self, carrier, caplog):
        caplog.set_level(logging.DEBUG)
        # The addon masks the addresses that urllib3 logs: sms_inbox/log_mask.py.
        caplog.set_level(logging.INFO, "urllib3.connectionpool")
        if carrier.finds_after:
            carrier.find(outbound(), 0)
        for private in (BODY, SENDER, RECIPIENT, "secret-token"):
            assert private.strip("+") not in caplog.text

    def test_it_asks_until_absence_is_proven(self, carrier):
        after = carrier.finds_after
        assert list(after) == sorted(set(after))
        if carrier.absence_proven_after is not None:
            assert after[-1] >= carrier.absence_proven_after

    def test_each_of_its_codes_leads_to_one_decision(self, carrier):
        for code, meaning in carrier.codes.items():
            assert carrier.meaning(code) is meaning
            assert type(error(meaning, code, "words")) in DECISIONS
            assert meaning.scope in ("text", "number", "account")

    def test_what_a_code_says_of_the_line_besides_is_one_of_two_words(self, carrier):
        for code, hint in carrier.line_hints.items():
            assert hint in ("unreachable", "gone")
            assert code in carrier.codes

    def test_an_unheard_of_code_ends_the_text_and_blames_nobody(self, carrier):
        assert carrier.meaning("99999") is Meaning.PERMANENT

    def test_nothing_private_is_logged_or_shown(self, carrier, opted_out, caplog):
        caplog.set_level(logging.DEBUG)
        text = outbound()
        carrier.send(text)
        with pytest.raises(TextRefused) as refusal:
            carrier.send(outbound(recipient=opted_out))
        token = carrier.credentials.auth_token
        seen = f"{caplog.text} {text!r} {carrier.credentials!r} {refusal.value}"
        for private in (BODY, SENDER, RECIPIENT, opted_out, "secret-token", token):
            assert private.strip("+") not in seen

    def test_its_answer_to_an_inbound_text_says_nothing(self, carrier):
        status, _content_type, body = carrier.inbound_reply
        assert 200 <= status < 300
        assert body in ("", '<?xml version="1.0" encoding="UTF-8"?><Response/>')

    # ------------------------------------------------------------
    # What it says of itself
    # ------------------------------------------------------------

    def test_it_asks_for_credentials_that_there_are(self, carrier):
        known = {field.name for field in dataclasses.fields(Credentials)}
        assert set(carrier.needs) <= set(carrier.asks_for) <= known
        assert all(carrier.asks_for.values())

    def test_without_credentials_it_is_the_account_that_is_unusable(self, carrier):
        if carrier.has_a_wire:
            with pytest.raises(AccountUnusable):
                type(carrier)(Credentials("", "")).send(outbound())

    def test_it_says_what_it_can_do(self, carrier):
        for flag, method in (
            ("lists_received", "received"),
            ("sets_webhooks", "set_inbound_url"),
            ("max_media", "fetch"),
            ("looks_up", "lookup"),
            ("lists_opt_outs", "opted_out"),
        ):
            has_it = getattr(type(carrier), method) is not getattr(Carrier, method)
            assert has_it == bool(getattr(carrier, flag)), method
        assert bool(carrier.max_media) == bool(carrier.max_media_bytes)

    # ------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------

    def test_it_owns_what_it_lists(self, carrier):
        for owned in carrier.numbers():
            assert carrier.owns(owned.number)
            assert owned.kind in ("long_code", "toll_free", "short_code", "")
            assert owned.inbound_url not in repr(owned) or not owned.inbound_url

    def test_the_address_that_it_sets_is_the_one_that_it_lists(self, carrier):
        if carrier.sets_webhooks:
            url = "https://texts.example.com/sms_inbox/x/secret-token/inbound"
            owned = carrier.numbers()[0]
            carrier.set_inbound_url(owned, url)
            assert carrier.numbers()[0].inbound_url == url

    # ------------------------------------------------------------
    # What became of it, what came in
    # ------------------------------------------------------------

    def test_it_tells_what_became_of_a_text_or_nothing(self, carrier):
        accepted = carrier.send(outbound())
        report = carrier.report(accepted.carrier_id)
        if report is not None:
            assert report.carrier_id == accepted.carrier_id
            assert report.state in STATES and report.status

    def test_a_text_that_it_never_had_has_no_report(self, carrier):
        try:
            assert carrier.report("nobody-gave-this-id") is None
        except CarrierError as error:
            assert not isinstance(error, OutcomeUnknown)

    @pytest.fixture
    def text_it(self):
        return None

    def test_it_lists_what_came_in_meanwhile(self, carrier, text_it):
        if not carrier.lists_received:
            return
        assert text_it, "give the fixture text_it"
        since = time.time() - 1
        text_it(RECIPIENT, SENDER, "while you were down")
        (text,) = carrier.received(SENDER, since, time.time() + 60)
        assert isinstance(text, InboundText) and text.at >= since - 60
        assert (text.sender, text.recipient) == (RECIPIENT, SENDER)
        assert text.body == "while you were down"

    # ------------------------------------------------------------
    # What it knows of people
    # ------------------------------------------------------------

    @pytest.fixture
    def looked_up(self):
        return None

    def test_it_says_what_kind_of_line_a_number_is(self, carrier, looked_up, caplog):
        if not carrier.looks_up:
            return
        assert looked_up, "give the fixture looked_up"
        caplog.set_level(logging.DEBUG)
        # The addon masks the addresses that urllib3 logs: sms_inbox/log_mask.py.
        caplog.set_level(logging.INFO, "urllib3.connectionpool")
        number, line_type = looked_up
        assert carrier.lookup(number) == line_type
        assert line_type.kind in KINDS
        assert number.strip("+") not in caplog.text

    def test_what_is_no_number_is_looked_up_in_vain(self, carrier):
        if carrier.looks_up:
            try:
                assert carrier.lookup("+0").kind in ("invalid", "")
            except CarrierError as error:
                assert "+0" not in str(error)

    @pytest.fixture
    def stop_it(self):
        return None

    def test_it_lists_who_opted_out(self, carrier, stop_it):
        if not carrier.lists_opt_outs:
            return
        assert stop_it, "give the fixture stop_it"
        assert list(carrier.opted_out()) == []
        since = time.time() - 1
        stop_it(RECIPIENT, SENDER)
        (opt_out,) = carrier.opted_out()
        assert (opt_out.sender, opt_out.recipient) == (SENDER, RECIPIENT)
        assert opt_out.at is None or since - 60 <= opt_out.at <= time.time() + 60
        for private in (SENDER, RECIPIENT):
            assert private.strip("+") not in repr(opt_out)

    @pytest.fixture
    def attached(self):
        return None

    def test_it_fetches_what_is_attached_and_no_more(self, carrier, attached):
        if not carrier.max_media:
            return
        assert attached, "give the fixture attached"
        media, content_type, content = attached
        assert carrier.fetch(media, len(content)) == (content_type, content)
        with pytest.raises(TextRefused):
            carrier.fetch(media, len(content) - 1)

    def test_it_fetches_nothing_from_inside_our_network(self, carrier, attached):
        if carrier.max_media:
            for url in ("https://127.0.0.1/x", "http://203.0.113.7/x", "file:///etc/x"):
                with pytest.raises(TextRefused):
                    carrier.fetch(dataclasses.replace(attached[0], url=url), 1000)


class NoWebhooks:
    """A carrier that has none: nothing is believed, and nothing read."""

    def test_every_request_is_refused(self, carrier, request_of_anybody):
        with pytest.raises(ForgedRequest):
            carrier.verify(request_of_anybody)

    def test_nothing_is_read(self, carrier, request_of_anybody):
        for parse in (carrier.parse_inbound, carrier.parse_status):
            with pytest.raises(MalformedRequest):
                parse(request_of_anybody)
