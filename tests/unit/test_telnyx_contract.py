"""Telnyx keeps the contract, against the simulator over a real socket."""

import hashlib

import pytest

from carriers.recipients import LineType
from carriers.telnyx import Telnyx
from carriers.values import Credentials, Media
from tests.simulator import telnyx_shapes
from tests.simulator.telnyx_client import TelnyxSimulator

from .carrier_contract import NOWHERE, RECIPIENT, SENDER, CarrierContract
from .webhook_contract import Signing, WebhookContract


class TelnyxSigning(Signing):
    """Ed25519: what we know is the public key of the secret.

    https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks
    """

    header = "telnyx-signature-ed25519"
    field, other_field = "shared_key", "other_shared_key"

    @staticmethod
    def seed(secret):
        return hashlib.sha256(secret.encode()).hexdigest()

    def credential(self, secret):
        return telnyx_shapes.public_key(self.seed(secret))

    def sign(self, request, secret):
        headers = telnyx_shapes.signed(self.seed(secret), request.body)
        return type(request)(
            request.method, request.url, headers, request.form, request.body
        )


@pytest.fixture
def telnyx(simulator):
    return TelnyxSimulator(simulator)


class TestTelnyxContract(CarrierContract, WebhookContract):
    payload_folder = "telnyx"

    @pytest.fixture
    def adapter(self):
        return Telnyx

    @pytest.fixture
    def signing(self):
        return TelnyxSigning()

    @pytest.fixture
    def carrier(self, telnyx):
        return Telnyx(
            Credentials(
                telnyx.profile,
                telnyx.api_key,
                telnyx.public_key,
                api_base_url=telnyx.url,
            )
        )

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
    def taken(self, telnyx):
        return lambda: len(telnyx.texts())

    @pytest.fixture
    def looked_up(self):
        return RECIPIENT, LineType("mobile", "T-Mobile", "260", "US")

    @pytest.fixture
    def stop_it(self, telnyx):
        return lambda sender, recipient: telnyx.receive(
            sender, recipient, "STOP", url=NOWHERE
        )

    @pytest.fixture
    def attached(self, telnyx):
        attached = ("image/png", b"a picture")
        (post,) = telnyx.receive(RECIPIENT, SENDER, "", [attached], url=NOWHERE)
        (shown,) = post["json"]["data"]["payload"]["media"]
        return Media(shown["url"], shown["content_type"]), *attached
