"""Twilio keeps the contract, against the simulator over a real socket."""

import hashlib

import pytest

from carriers.recipients import LineType
from carriers.twilio import Twilio
from carriers.values import Media
from tests.simulator.webhooks import signature

from .carrier_contract import NOWHERE, RECIPIENT, SENDER, CarrierContract
from .webhook_contract import Signing, WebhookContract


class TwilioSigning(Signing):
    """https://www.twilio.com/docs/usage/webhooks/webhooks-security"""

    header = "X-Twilio-Signature"

    def sign(self, request, secret):
        signed = signature(secret, request.url, request.form)
        return self.with_signature(request, signed)


class SharedKeySigning(TwilioSigning):
    """https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys"""

    field, other_field = "shared_key", "other_shared_key"

    def sign(self, request, secret):
        signed = signature(secret, request.url, request.form, hashlib.sha256)
        headers = dict(request.headers) | {
            "X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256",
            self.header: signed,
        }
        return type(request)(
            request.method, request.url, headers, request.form, request.body
        )


class TwilioWebhooks(WebhookContract):
    payload_folder = "twilio"

    @pytest.fixture
    def adapter(self):
        return Twilio


class TestTwilioContract(CarrierContract, TwilioWebhooks):
    @pytest.fixture
    def carrier(self, credentials):
        return Twilio(credentials)

    @pytest.fixture
    def signing(self):
        return TwilioSigning()

    @pytest.fixture
    def opted_out(self):
        return "+15005550004"

    @pytest.fixture
    def lose_answers(self, simulator):
        def lose():
            simulator.fault("lost")
            return RECIPIENT

        return lose

    @pytest.fixture
    def drop_texts(self, simulator):
        def drop():
            simulator.fault("dropped_before")
            return RECIPIENT

        return drop

    @pytest.fixture
    def taken(self, simulator):
        return lambda: len(simulator.texts())

    @pytest.fixture
    def text_it(self, simulator):
        return lambda sender, recipient, body: simulator.receive(
            "", sender, recipient, body
        )

    @pytest.fixture
    def looked_up(self):
        return RECIPIENT, LineType("mobile", "T-Mobile USA, Inc.", "260", "US")

    @pytest.fixture
    def attached(self, simulator):
        attached = ("image/png", b"a picture")
        (post,) = simulator.receive(NOWHERE, RECIPIENT, SENDER, "", media=[attached])
        form = dict(post["form"])
        return Media(form["MediaUrl0"], form["MediaContentType0"]), *attached


class TestTwilioSharedKey(TwilioWebhooks):
    @pytest.fixture
    def signing(self):
        return SharedKeySigning()
