"""What must hold of every carrier's webhooks; a part of ``CarrierContract``.

Give ``adapter`` (the class) and ``signing`` (a :class:`Signing`), and have requests in
``payloads/<name of the adapter>``, one of them "inbound_text".
"""

import dataclasses
import logging
from urllib.parse import urlencode

import pytest

from carriers.errors import ForgedRequest, MalformedRequest
from carriers.values import STATES, Credentials, InboundText, StatusReport

from . import recorded

ACCOUNT = "AC00000000000000000000000000000001"
FIRST, SECOND, THIRD = "the-first-secret", "the-second-secret", "nobodys-secret"


class Signing:
    """How a carrier signs, from its documents, without the adapter's code.

    Here the signature is in the header ``header``; ``field`` and ``other_field`` are
    the credentials that check it.
    """

    header = ""
    field, other_field = "auth_token", "other_auth_token"

    def credential(self, secret):
        """What we know of the secret that the carrier signs with."""
        return secret

    def sign(self, request, secret):
        """The request with the signature that the carrier would give it."""
        raise NotImplementedError

    def signature(self, request):
        return request.headers[self.header]

    def with_signature(self, request, signature):
        """The request with another signature, with none if that is None."""
        headers = {k: v for k, v in request.headers.items() if k != self.header.lower()}
        if signature is not None:
            headers[self.header] = signature
        return dataclasses.replace(request, headers=headers)

    def with_other_body(self, request):
        """A request that says something else under the same signature."""
        if not request.form:
            return dataclasses.replace(request, body=request.body + b" ")
        form = tuple((n, v + "x" if n == "Body" else v) for n, v in request.form)
        return dataclasses.replace(request, form=form, body=urlencode(form).encode())


def adapter_with(adapter, signing, secret="", other=""):
    """The adapter of an account that knows these secrets."""
    values = {"account_sid": ACCOUNT, "auth_token": "an-api-key"}
    values[signing.field] = secret and signing.credential(secret)
    values[signing.other_field] = other and signing.credential(other)
    return adapter(Credentials(**values))


def refuses(carrier, request):
    with pytest.raises(ForgedRequest) as refusal:
        carrier.verify(request)
    return str(refusal.value)


class WebhookContract:
    """Signed, forged, replayed, read."""

    payload_folder = ""

    def pytest_generate_tests(self, metafunc):
        folder = metafunc.cls.payload_folder
        if "payload" in metafunc.fixturenames:
            metafunc.parametrize("payload", recorded.names(folder), indirect=True)
        if "signed_payload" in metafunc.fixturenames:
            metafunc.parametrize("signed_payload", recorded.signed(folder))

    @pytest.fixture
    def payload(self, request, adapter):
        return recorded.load(adapter.name, request.param)

    @pytest.fixture
    def unsigned(self, adapter):
        return recorded.request(recorded.load(adapter.name, "inbound_text"))

    # ------------------------------------------------------------
    # Signatures
    # ------------------------------------------------------------

    def test_what_the_carrier_signed_is_believed(self, adapter, signing, unsigned):
        carrier = adapter_with(adapter, signing, FIRST)
        carrier.verify(signing.sign(unsigned, FIRST))

    def test_a_replay_is_believed_and_has_the_same_keys(
        self, adapter, signing, unsigned
    ):
        carrier = adapter_with(adapter, signing, FIRST)
        signed, keys = signing.sign(unsigned, FIRST), []
        for _replay in range(2):
            carrier.verify(signed)
            keys.append([item.key for item in carrier.parse_inbound(signed)])
        assert keys[0] == keys[1] != []

    def test_another_body_is_refused(self, adapter, signing, unsigned):
        signed = signing.sign(unsigned, FIRST)
        carrier = adapter_with(adapter, signing, FIRST)
        refuses(carrier, signing.with_other_body(signed))

    def test_no_signature_is_refused(self, adapter, signing, unsigned):
        carrier = adapter_with(adapter, signing, FIRST)
        signed = signing.sign(unsigned, FIRST)
        refuses(carrier, signing.with_signature(signed, None))
        refuses(carrier, signing.with_signature(signed, ""))

    def test_a_signature_cut_short_or_changed_is_refused(
        self, adapter, signing, unsigned
    ):
        carrier = adapter_with(adapter, signing, FIRST)
        signed = signing.sign(unsigned, FIRST)
        right = signing.signature(signed)
        half = len(right) // 2
        other = right[:-8] + ("b" if right[-8] != "b" else "a") + right[-7:]
        for wrong in (right[:half], right[: half // 2 * 2 - 4], other, right + "x"):
            refuses(carrier, signing.with_signature(signed, wrong))

    def test_somebody_elses_signature_is_refused(self, adapter, signing, unsigned):
        carrier = adapter_with(adapter, signing, FIRST)
        refuses(carrier, signing.sign(unsigned, THIRD))

    def test_without_a_secret_nothing_is_believed(self, adapter, signing, unsigned):
        carrier = adapter_with(adapter, signing)
        refuses(carrier, signing.sign(unsigned, FIRST))
        refuses(carrier, signing.sign(unsigned, ""))
        refuses(carrier, unsigned)

    def test_while_secrets_change_both_are_believed(self, adapter, signing, unsigned):
        carrier = adapter_with(adapter, signing, FIRST, SECOND)
        carrier.verify(signing.sign(unsigned, FIRST))
        carrier.verify(signing.sign(unsigned, SECOND))
        refuses(carrier, signing.sign(unsigned, THIRD))

    def test_one_secret_alone_in_either_place_is_no_door_for_an_empty_one(
        self, adapter, signing, unsigned
    ):
        for secrets in ((FIRST, ""), ("", SECOND)):
            carrier = adapter_with(adapter, signing, *secrets)
            refuses(carrier, signing.sign(unsigned, ""))

    def test_what_is_refused_leaves_nothing_private_behind(
        self, adapter, signing, unsigned, caplog
    ):
        caplog.set_level(logging.DEBUG)
        carrier = adapter_with(adapter, signing, FIRST)
        signed = signing.sign(unsigned, THIRD)
        (text,) = carrier.parse_inbound(signed)
        seen = f"{refuses(carrier, signed)} {caplog.text} {signed!r} {text!r}"
        for private in (text.sender, text.recipient, text.body, signed.url):
            assert private.strip("+") not in seen

    # ------------------------------------------------------------
    # What is said
    # ------------------------------------------------------------

    def test_a_request_is_read(self, adapter, signing, payload):
        carrier = adapter_with(adapter, signing, FIRST)
        request = recorded.request(payload)
        parse = {"inbound": carrier.parse_inbound, "status": carrier.parse_status}
        if "malformed" in payload:
            with pytest.raises(MalformedRequest, match=payload["malformed"]):
                parse[payload["kind"]](request)
            return
        items = parse[payload["kind"]](request)
        pairs = list(zip(items, payload["items"], strict=True))
        assert [said(item, of) for item, of in pairs] == payload["items"]
        for item in items:
            assert_storable(item)

    def test_a_request_with_its_signature_is_believed(
        self, adapter, signed_payload, monkeypatch
    ):
        payload = recorded.load(adapter.name, signed_payload)
        monkeypatch.setattr("time.time", lambda: payload.get("now", 0))
        secrets = {"account_sid": ACCOUNT, "auth_token": ""} | payload["secrets"]
        adapter(Credentials(**secrets)).verify(recorded.request(payload))

    def test_there_are_payloads_of_every_sort(self, adapter):
        found = [recorded.load(adapter.name, n) for n in recorded.names(adapter.name)]
        assert len(found) >= 8
        assert all(payload["about"] and payload["source"] for payload in found)
        assert {payload["kind"] for payload in found} == {"inbound", "status"}
        assert recorded.signed(adapter.name)

    def test_nonsense_is_malformed_and_no_crash(self, adapter, signing, unsigned):
        carrier = adapter_with(adapter, signing, FIRST)
        for body in (b"", b"{", b"[]", b"\xff", b'{"data": 1}', b"[" * 60000):
            nonsense = dataclasses.replace(unsigned, form=(), body=body)
            for parse in (carrier.parse_inbound, carrier.parse_status):
                with pytest.raises(MalformedRequest):
                    parse(nonsense)


def said(item, of):
    """What an item says of that which is asked for."""
    values = dataclasses.asdict(item) | {"is": type(item).__name__}
    values["media"] = [list(media.values()) for media in values.get("media", ())]
    return {name: values[name] for name in of}


def assert_storable(item):
    assert isinstance(item, (InboundText, StatusReport))
    stored = item.to_json()
    stored.encode()
    assert type(item).from_json(stored) == item
    assert item.carrier_id and item.key
    assert "\0" not in repr(dataclasses.asdict(item))
    if isinstance(item, StatusReport):
        assert item.state in STATES
        return
    for number in (item.sender, item.recipient):
        # a number, a short code, or a name
        assert number.strip() == number != ""
