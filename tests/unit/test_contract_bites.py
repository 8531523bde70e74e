"""The contract's tests fail for a carrier that believes what it must not."""

import hashlib
import hmac
import inspect

import pytest

from carriers.errors import ForgedRequest
from carriers.telnyx import Telnyx
from carriers.twilio import Twilio

from . import recorded
from .test_telnyx_contract import TelnyxSigning
from .test_twilio_contract import TwilioSigning
from .webhook_contract import Signing, WebhookContract

HEADER = "X-Toy-Signature"


def mac(secret, body):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class ToySigning(Signing):
    header = HEADER

    def sign(self, request, secret):
        return self.with_signature(request, mac(secret, request.body))


class Toy(Telnyx):
    """Reads as Telnyx, and is signed in the simplest way that is right."""

    def verify(self, request):
        if not self.secrets():
            raise ForgedRequest("no secret")
        if not any(self.signed(request, secret) for secret in self.secrets()):
            raise ForgedRequest("wrong")

    def secrets(self):
        known = self.credentials.auth_token, self.credentials.other_auth_token
        return [secret for secret in known if secret]

    def signed(self, request, secret):
        given = request.headers.get(HEADER, "")
        return hmac.compare_digest(given, mac(secret, request.body))


class BelievesAll(Toy):
    def verify(self, request):
        pass


class IgnoresTheBody(Toy):
    believed = set()  # signatures that were right once

    def signed(self, request, secret):
        given = request.headers.get(HEADER)
        if super().signed(request, secret):
            self.believed.add(given)
        return given in self.believed


class SignsNoBody(Toy):
    """As a carrier whose signature covers the address alone."""

    def signed(self, request, secret):
        return bool(request.headers.get(HEADER)) and secret in self.secrets()


class NeedsNoSecret(Toy):
    def verify(self, request):
        if self.secrets():
            super().verify(request)


class TakesAnEmptySecret(Toy):
    def secrets(self):
        return [self.credentials.auth_token, self.credentials.other_auth_token]


class ComparesAPrefix(Toy):
    def signed(self, request, secret):
        given = request.headers.get(HEADER, "")
        return bool(given) and mac(secret, request.body).startswith(given)


class ComparesTheBeginning(Toy):
    def signed(self, request, secret):
        given = request.headers.get(HEADER, "")
        return given[:32] == mac(secret, request.body)[:32]


class NeedsNoSignature(Toy):
    def verify(self, request):
        if request.headers.get(HEADER):
            super().verify(request)


class ForgetsTheOtherSecret(Toy):
    def secrets(self):
        return [secret for secret in [self.credentials.auth_token] if secret]


class TellsTheBody(Toy):
    def verify(self, request):
        try:
            super().verify(request)
        except ForgedRequest:
            raise ForgedRequest(request.body.decode()) from None


class RefusesReplays(Toy):
    def verify(self, request):
        super().verify(request)
        if getattr(self, "seen", None) == request.body:
            raise ForgedRequest("seen before")
        self.seen = request.body


def believes_all(adapter):
    return type(f"Careless{adapter.label}", (adapter,), {"verify": lambda *_: None})


def failures(adapter, signing, caplog):
    """The tests of signatures that a carrier does not pass."""
    unsigned = recorded.request(recorded.load(adapter.name, "inbound_text"))
    known = {
        "self": WebhookContract(),
        "adapter": adapter,
        "signing": signing,
        "unsigned": unsigned,
        "caplog": caplog,
    }
    failed = []
    for name, test in inspect.getmembers(WebhookContract, inspect.isfunction):
        needs = inspect.signature(test).parameters
        if name.startswith("test_") and set(needs) <= set(known):
            try:
                test(**{parameter: known[parameter] for parameter in needs})
            except (AssertionError, ForgedRequest, pytest.fail.Exception):
                failed.append(name)
    return failed


@pytest.mark.parametrize(
    ("adapter", "signing"),
    [(Toy, ToySigning()), (Twilio, TwilioSigning()), (Telnyx, TelnyxSigning())],
)
def test_a_careful_carrier_passes(adapter, signing, caplog):
    assert failures(adapter, signing, caplog) == []


@pytest.mark.parametrize("careless", Toy.__subclasses__())
def test_a_careless_carrier_is_found_out(careless, caplog):
    assert failures(careless, ToySigning(), caplog)


@pytest.mark.parametrize(
    ("adapter", "signing"), [(Twilio, TwilioSigning()), (Telnyx, TelnyxSigning())]
)
def test_a_real_carrier_that_believes_all_is_found_out(adapter, signing, caplog):
    assert len(failures(believes_all(adapter), signing, caplog)) >= 5
