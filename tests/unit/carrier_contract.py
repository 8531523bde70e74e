"""What must hold for every carrier. Inherit it, give the fixtures, and it is tested.

A subclass has these fixtures; numbers are whatever the carrier's own rules make them:

``carrier``          ready to send
``opted_out``        a recipient whom the carrier refuses because of a STOP
``lose_answers``     a callable after which an answer is lost; gives the recipient
``drop_texts``       likewise, but the carrier never takes the text
``signed_request``   a webhook the carrier signed, or None when it has no webhooks
``forged_request``   one that it did not
"""

import dataclasses
import logging
import time

import pytest

from carriers.base import STATES, Accepted, OutboundText
from carriers.errors import (
    AccountUnusable,
    ForgedRequest,
    Meaning,
    OutcomeUnknown,
    SenderMisconfigured,
    TextRefused,
    TryLater,
    error,
)

SENDER = "+14155552671"
RECIPIENT = "+12025550143"
BODY = "a body that nobody else may read"
UUID = "0f2c1a3e-5b6d-4c7e-8f90-a1b2c3d4e5f6"
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
        (found,) = carrier.find(text, since)
        (report,) = found.reports
        assert found.carrier_id == report.carrier_id != ""
        assert report.state in STATES and report.status

    def test_a_text_that_was_never_taken_is_not_found(self, carrier, drop_texts):
        text, since = outbound(recipient=drop_texts()), time.time()
        with pytest.raises(OutcomeUnknown):
            carrier.send(text)
        assert carrier.find(text, since) == []

    def test_what_was_accepted_is_found_by_its_id(self, carrier):
        since, accepted = time.time(), carrier.send(outbound())
        (found,) = carrier.find(outbound(), since)
        assert found.carrier_id == accepted.carrier_id

    def test_looking_for_a_text_logs_nothing_private(self, carrier, caplog):
        caplog.set_level(logging.DEBUG)
        # The addon masks the addresses that urllib3 logs: sms_inbox/log_mask.py.
        caplog.set_level(logging.INFO, "urllib3.connectionpool")
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

    def test_a_forged_request_is_refused(self, carrier, forged_request):
        with pytest.raises(ForgedRequest):
            carrier.verify(forged_request)

    def test_a_signed_request_is_believed(self, carrier, signed_request):
        if signed_request is not None:
            carrier.verify(signed_request)

    def test_its_answer_to_an_inbound_text_says_nothing(self, carrier):
        status, _content_type, body = carrier.inbound_reply
        assert 200 <= status < 300
        assert body in ("", '<?xml version="1.0" encoding="UTF-8"?><Response/>')
