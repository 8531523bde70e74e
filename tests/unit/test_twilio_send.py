"""The real SDK against the simulator, over a real socket."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from carriers import Credentials, errors
from carriers.private import without_private
from carriers.twilio import Twilio
from carriers.twilio_codes import BY_MEANING, CODES

from .carrier_contract import BODY, RECIPIENT, SENDER, STATUS_URL
from .carrier_contract import outbound as a_text


@pytest.fixture
def carrier(credentials):
    return Twilio(credentials)


# ------------------------------------------------------------
# What is sent
# ------------------------------------------------------------


def test_twilio_gets_exactly_the_text(carrier, simulator):
    accepted = carrier.send(a_text(body="Grüße & 1 + 1 = 😀\n"))
    (request,) = simulator.requests()
    assert request["path"].endswith(f"/Accounts/{simulator.account_sid}/Messages.json")
    assert request["form"] == {
        "To": RECIPIENT,
        "From": SENDER,
        "Body": "Grüße & 1 + 1 = 😀\n",
        "StatusCallback": STATUS_URL,
    }
    assert [text["sid"] for text in simulator.texts()] == [accepted.carrier_id]


def test_without_an_address_no_reports_are_asked_for(carrier, simulator):
    carrier.send(a_text(status_url=""))
    assert "StatusCallback" not in simulator.requests()[0]["form"]


def test_twilios_count_of_segments_is_handed_on(carrier):
    assert carrier.send(a_text(body="a" * 161)).segments == 2


@pytest.mark.parametrize(
    ("seconds", "sent"), [(-5, "1"), (0, "1"), (600, "600"), (99999, "36000")]
)
def test_validity_stays_in_twilios_bounds(carrier, simulator, seconds, sent):
    carrier.send(a_text(valid_seconds=seconds))
    assert simulator.requests()[0]["form"]["ValidityPeriod"] == sent


def test_a_base_url_with_a_path_keeps_it(credentials, simulator):
    base_url = f"{simulator.url}/relay/"
    carrier = Twilio(
        Credentials(
            credentials.account_sid, credentials.auth_token, api_base_url=base_url
        )
    )
    with pytest.raises(errors.CarrierError):
        carrier.send(a_text())
    assert simulator.requests()[0]["path"].startswith("/relay/2010-04-01/")


def test_without_a_base_url_requests_go_to_twilio(monkeypatch):
    hosts = []

    def no_network(host, *_args, **_kwargs):
        hosts.append(host)
        raise socket.gaierror("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    for proxy in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)
    with pytest.raises(errors.TryLater):
        Twilio(Credentials("AC1", "t")).send(a_text())
    assert hosts == ["api.twilio.com"]


# ------------------------------------------------------------
# Refusals
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code", "decision", "meaning"),
    [
        ({"recipient": "+15005550001"}, "21211", errors.TextRefused, "bad_number"),
        ({"recipient": "+15005550002"}, "21612", errors.TextRefused, "permanent"),
        ({"recipient": "+15005550003"}, "21408", errors.TextRefused, "permanent"),
        ({"recipient": "+15005550009"}, "21614", errors.TextRefused, "landline"),
        ({"recipient": SENDER}, "21266", errors.TextRefused, "bad_number"),
        ({"body": "a" * 1601}, "21617", errors.TextRefused, "bug"),
        (
            {"status_url": "https://un_der/x"},
            "21609",
            errors.AccountUnusable,
            "account",
        ),
        ({"sender": "+15005550001"}, "21212", errors.SenderMisconfigured, ""),
        ({"sender": "+15005550007"}, "21606", errors.SenderMisconfigured, ""),
        ({"sender": "+15005550008"}, "21611", errors.TryLater, "queue_full"),
    ],
)
def test_a_refusal_says_what_to_do(carrier, changes, code, decision, meaning):
    with pytest.raises(errors.Refused) as refusal:
        carrier.send(a_text(**changes))
    assert type(refusal.value) is decision
    assert refusal.value.code == code
    assert refusal.value.meaning.value == (meaning or "config_sender")


def test_twilios_sentence_is_kept_without_what_we_sent(carrier):
    with pytest.raises(errors.TextRefused) as refusal:
        carrier.send(a_text(recipient="+15005550001"))
    assert refusal.value.text == "The 'To' number … is not a valid phone number."


def test_a_number_in_other_clothes_is_not_repeated_either():
    said = "To (202) 555-0143 from AC00000000000000000000000000000001: see error 21610."
    assert without_private(said, []) == "To … from …: see error 21610."


def test_an_address_with_our_token_is_not_repeated(carrier):
    with pytest.raises(errors.AccountUnusable) as refusal:
        carrier.send(a_text(status_url="https://un_der/secret-token"))
    assert "secret-token" not in str(refusal.value)


def test_bad_credentials_are_the_accounts_fault(simulator):
    wrong = Credentials(simulator.account_sid, "w", api_base_url=simulator.url)
    with pytest.raises(errors.AccountUnusable) as refusal:
        Twilio(wrong).send(a_text())
    assert refusal.value.code == "20003"


@pytest.mark.parametrize(("sid", "token"), [("", "t"), ("AC1", ""), ("AC1", "tökèn")])
def test_unusable_credentials_never_leave(simulator, monkeypatch, sid, token):
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", simulator.account_sid)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", simulator.auth_token)
    credentials = Credentials(sid, token, api_base_url=simulator.url)
    with pytest.raises(errors.AccountUnusable):
        Twilio(credentials).send(a_text())
    assert simulator.requests() == []


def test_too_many_requests_is_slow_and_definite(carrier, simulator):
    simulator.fault("429", retry_after=7)
    with pytest.raises(errors.TryLater) as refusal:
        carrier.send(a_text())
    assert refusal.value.meaning is errors.Meaning.SLOW
    assert refusal.value.scope == "account"
    assert refusal.value.retry_after == 7.0
    assert simulator.texts() == []


def test_too_many_requests_without_advice_gives_none(carrier, simulator):
    simulator.fault("429")
    with pytest.raises(errors.TryLater) as refusal:
        carrier.send(a_text())
    assert refusal.value.retry_after is None


def test_a_503_that_names_a_time_is_a_refusal(carrier, simulator):
    simulator.fault("503", retry_after=30)
    with pytest.raises(errors.TryLater) as refusal:
        carrier.send(a_text())
    assert refusal.value.meaning is errors.Meaning.RETRY
    assert refusal.value.retry_after == 30.0


@pytest.mark.parametrize("code", ["30034", "30007", "30006", "30003", "21610", "63038"])
def test_codes_of_status_reports_have_a_meaning_too(code):
    assert Twilio.meaning(code) is CODES[code] is not errors.Meaning.PERMANENT


def test_no_code_is_listed_twice():
    listed = " ".join(BY_MEANING.values()).split()
    assert sorted(listed) == sorted(CODES)


# ------------------------------------------------------------
# Lost answers
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "texts"),
    [
        ("dropped_before", 0),
        ("lost", 1),
        ("500", 0),
        ("503", 0),
        ("garbage", 1),
        ("nameless", 1),
    ],
)
def test_whatever_loses_the_answer_leaves_the_outcome_unknown(
    carrier, simulator, fault, texts
):
    simulator.fault(fault)
    with pytest.raises(errors.OutcomeUnknown) as lost:
        carrier.send(a_text())
    assert len(simulator.texts()) == texts
    assert BODY not in f"{lost.value} {lost.value.__cause__}"


@pytest.mark.parametrize("fault", ["dropped_before", "lost", "500", "429", "garbage"])
def test_a_hand_over_is_never_repeated(carrier, simulator, fault):
    simulator.fault(fault)
    with pytest.raises(errors.CarrierError):
        carrier.send(a_text())
    assert len(simulator.requests()) == 1


def test_an_answer_that_takes_too_long_is_lost(carrier, simulator, monkeypatch):
    monkeypatch.setattr(Twilio, "timeout", (5.0, 0.05))
    simulator.settings(latency=2.0)
    with pytest.raises(errors.OutcomeUnknown):
        carrier.send(a_text())


def test_there_is_always_a_time_out():
    connect, read = Twilio.timeout
    assert (connect, read) == (5, 15)


def test_a_connection_that_was_never_made_is_definite():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        nobody = f"http://127.0.0.1:{port}"
        with pytest.raises(errors.TryLater) as refusal:
            Twilio(Credentials("AC1", "t", api_base_url=nobody)).send(a_text())
    assert refusal.value.meaning is errors.Meaning.RETRY


@pytest.mark.parametrize("address", ["texts", "ftp://texts.example.com", "http://"])
def test_an_address_that_is_none_is_the_accounts_fault(address):
    with pytest.raises(errors.AccountUnusable):
        Twilio(Credentials("AC1", "t", api_base_url=address)).send(a_text())


def test_half_a_character_is_the_texts_fault(carrier, simulator):
    with pytest.raises(errors.TextRefused) as refusal:
        carrier.send(a_text(body="\ud83d"))
    assert refusal.value.meaning is errors.Meaning.BUG
    assert simulator.requests() == []


# ------------------------------------------------------------
# Connections
# ------------------------------------------------------------


def test_one_connection_carries_many_texts(credentials, simulator):
    for _ in range(5):
        Twilio(credentials).send(a_text())
    assert len({request["connection"] for request in simulator.requests()}) == 1


def test_threads_share_connections_and_mix_nothing_up(carrier, simulator):
    bodies = [f"text number {i}" for i in range(60)]
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda b: carrier.send(a_text(body=b)).carrier_id, bodies))
    stored = {text["sid"]: text["body"] for text in simulator.texts()}
    assert [stored[sid] for sid in ids] == bodies
    assert len({request["connection"] for request in simulator.requests()}) <= 4


def test_fifty_texts_at_once_keep_their_connections(carrier, simulator):
    simulator.settings(latency=0.2)
    with ThreadPoolExecutor(50) as pool:
        # Between two waves all connections are idle, where a small pool drops some.
        for _ in range(3):
            list(pool.map(carrier.send, [a_text()] * 50))
    assert len({request["connection"] for request in simulator.requests()}) <= 50


def test_a_proxy_of_the_environment_is_used(simulator, monkeypatch):
    # The simulator answers like a proxy that knows no such address.
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("http_proxy", simulator.url)
    elsewhere = Credentials("AC1", "t", api_base_url="http://api.example.com")
    with pytest.raises(errors.CarrierError):
        Twilio(elsewhere).send(a_text())
    (request,) = simulator.requests()
    assert request["path"].startswith("http://api.example.com/2010-04-01/")


def test_two_accounts_have_connections_of_their_own(credentials, simulator):
    other = "AC" + "2" * 32
    simulator.account(other, auth_token="t")
    Twilio(credentials).send(a_text())
    Twilio(Credentials(other, "t", api_base_url=simulator.url)).send(a_text())
    assert len({request["connection"] for request in simulator.requests()}) == 2
    assert len({text["account_sid"] for text in simulator.texts()}) == 2


# ------------------------------------------------------------
# Owning numbers
# ------------------------------------------------------------


def test_it_owns_what_the_account_lists(carrier):
    assert carrier.owns(SENDER) is True


@pytest.mark.parametrize("number", [RECIPIENT, SENDER[:-3], "+4155552671", "14155"])
def test_it_owns_no_part_and_no_stranger(carrier, number):
    assert carrier.owns(number) is False


def test_it_owns_a_short_code(carrier, simulator):
    simulator.account(numbers=[SENDER, "55555"])
    assert carrier.owns("55555") is True
    assert carrier.owns("5555") is False


def test_owning_reads_every_page(carrier, simulator):
    crowd = [f"{SENDER}{i}" for i in range(120)]
    simulator.account(numbers=[*crowd, SENDER])
    assert carrier.owns(SENDER) is True


@pytest.mark.parametrize("fault", ["dropped_before", "500", "garbage"])
def test_asking_without_an_answer_is_a_carrier_error(carrier, simulator, fault):
    simulator.fault(fault, on="read")
    with pytest.raises(errors.CarrierError):
        carrier.owns(SENDER)
