"""Fetching what is attached to inbound texts: real HTTP on this machine."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers import Credentials, Media, Sandbox, Twilio, errors, wire
from messaging import media

MOST = 1000
JPEG = b"\xff\xd8\xff\xe0 a picture"
PATH = "/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


class Host(BaseHTTPRequestHandler):
    """Answers by path, as ``server.answers`` says, and notes who asked how."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Authorization"]))
        status, headers, pieces = self.server.answers[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for piece in pieces:
                self.wfile.write(piece)
        except OSError:
            pass  # the other side has had enough
        self.close_connection = True

    def log_message(self, *args):
        pass


def host():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    server.asked, server.answers = [], {}
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    server = host()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def twilio(server):
    return Twilio(Credentials("AC1", "secret", api_base_url=server.url))


def fetch(twilio, path=PATH):
    return twilio.fetch(Media(twilio.credentials.api_base_url + path), MOST)


def answer(server, *pieces, status=200, path=PATH, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    server.answers[path] = status, names, pieces


# ------------------------------------------------------------
# WHERE FROM
# ------------------------------------------------------------


def test_the_store_that_twilio_names_does_not_see_our_credentials(server, twilio):
    answer(server, status=307, Location="/store/1?signed")
    answer(server, JPEG, path="/store/1?signed", Content_Type="image/jpeg; a=b")
    assert fetch(twilio) == ("image/jpeg", JPEG)
    (first, secret), (second, nothing) = server.asked
    assert (first, second) == (PATH, "/store/1?signed")
    assert secret.startswith("Basic ") and nothing is None


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1",
        "http://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1",
        "https://api.twilio.com.example.com/Media/ME1",
        "https://api.twilio.com@127.0.0.1/Media/ME1",
        "http://127.0.0.1:1/Media/ME1",
        "file:///etc/passwd",
        "http://[::1",
        "",
    ],
)
def test_a_foreign_address_is_refused_without_a_call(server, twilio, url):
    with pytest.raises(errors.TextRefused):
        twilio.fetch(Media(url), MOST)
    assert server.asked == []


def test_without_an_address_of_its_own_nothing_but_twilios_is_asked(server):
    with pytest.raises(errors.TextRefused):
        Twilio(Credentials("AC1", "secret")).fetch(Media(server.url + PATH), MOST)
    assert server.asked == []


def test_a_redirect_into_our_network_is_not_followed(server, twilio):
    inside = host()
    inside.answers["/secret"] = 200, {}, (JPEG,)
    for where in (
        f"{inside.url}/secret",
        f"https://127.0.0.1:{inside.server_port}/secret",
        f"https://localhost:{inside.server_port}/secret",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1]/",
        "https://0/",
        "https://2130706433/",
        "https:///",
        "file:///etc/passwd",
    ):
        answer(server, status=307, Location=where)
        with pytest.raises(errors.TextRefused):
            fetch(twilio)
    assert inside.asked == []
    inside.shutdown()
    inside.server_close()


def test_a_name_that_leads_inside_after_all_hears_no_word(server, monkeypatch):
    # what a name server may do between our look-up and our call
    monkeypatch.setattr(wire, "_is_public", lambda url: True)
    with pytest.raises(errors.TextRefused):
        wire.download_public(f"https://127.0.0.1:{server.server_port}/", MOST, (5, 5))
    assert server.asked == []


def test_a_second_redirect_is_not_followed(server, twilio):
    answer(server, status=307, Location="/store/1")
    answer(server, status=307, path="/store/1", Location="/store/2")
    answer(server, JPEG, path="/store/2")
    with pytest.raises(errors.TextRefused):
        fetch(twilio)
    assert [path for path, _ in server.asked] == [PATH, "/store/1"]


# ------------------------------------------------------------
# HOW MUCH, HOW LONG
# ------------------------------------------------------------


def test_what_is_as_large_as_may_be_comes_and_one_byte_more_does_not(server, twilio):
    answer(server, b"x" * MOST)
    assert len(fetch(twilio)[1]) == MOST
    answer(server, b"x" * (MOST + 1))
    with pytest.raises(errors.TextRefused):
        fetch(twilio)


def test_an_endless_body_ends_at_the_limit(server, twilio):
    answer(server, *[b"x" * 500] * 1_000_000, Content_Length="10")
    assert len(fetch(twilio)[1]) == 10
    answer(server, *[b"x" * 500] * 1_000_000)
    with pytest.raises(errors.TextRefused):
        fetch(twilio)


def test_a_body_that_drips_is_given_up_in_time(server, twilio, monkeypatch):
    monkeypatch.setattr(wire, "_LONGEST_DOWNLOAD", 0.2)

    def dripping():
        while True:
            time.sleep(0.05)
            yield b"x"

    server.answers[PATH] = 200, {}, dripping()
    with pytest.raises(errors.TryLater):
        fetch(twilio)


def test_what_is_packed_is_not_unpacked(server, twilio):
    answer(server, b"\x1f\x8b not gzip", Content_Encoding="gzip")
    assert fetch(twilio)[1] == b"\x1f\x8b not gzip"


def test_a_lost_connection_is_tried_again_later(server, twilio):
    answer(server, b"half", Content_Length="8")
    with pytest.raises(errors.TryLater):
        fetch(twilio)
    answer(server, b"8\r\nhalf", Transfer_Encoding="chunked")
    server.protocol_version = "HTTP/1.1"
    with pytest.raises(errors.TryLater):
        fetch(twilio)
    server.shutdown()
    server.server_close()
    with pytest.raises(errors.TryLater):
        fetch(twilio)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, errors.TextRefused),
        (410, errors.TextRefused),
        (401, errors.AccountUnusable),
        (429, errors.TryLater),
        (500, errors.TryLater),
    ],
)
def test_what_is_gone_never_comes_and_what_fails_is_tried_again(
    server, twilio, status, kind
):
    answer(server, b"secret words of the carrier", status=status)
    with pytest.raises(kind) as caught:
        fetch(twilio)
    assert "secret" not in str(caught.value)


def test_the_simulator_gives_what_a_text_from_outside_carries(simulator, credentials):
    simulator.receive(
        "", "+12025550143", simulator.numbers[0], "", media=[("image/jpeg", JPEG)]
    )
    (text,) = simulator.texts()
    assert text["direction"] == "inbound"


def test_the_sandboxs_phone_carries_the_picture_in_the_address():
    sandbox = Sandbox(Credentials("", ""))
    found = sandbox.fetch(Media("data:image/jpeg;base64,/9j/4CBh"), MOST)
    assert found == ("image/jpeg", b"\xff\xd8\xff\xe0 a")
    for address in ("https://example.com/", "data:image/jpeg;base64,%", "data:,x"):
        with pytest.raises(errors.TextRefused):
            sandbox.fetch(Media(address), MOST)


# ------------------------------------------------------------
# WHAT IT IS
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (JPEG, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"#!AMR\n...", "audio/amr"),
        (b"ID3\x04...", "audio/mpeg"),
        (b"\xff\xfb\x90...", "audio/mpeg"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"\0\0\0\x18ftyp3gp4", "video/3gpp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"BEGIN:VCARD\r\nVERSION:3.0", "text/vcard"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", media.ANY),
        (b"<!doctype html><script>alert(1)</script>", media.ANY),
        (b"MZ\x90", media.ANY),
        (b"", media.ANY),
    ],
)
@pytest.mark.parametrize("claimed", ["", "image/jpeg", "text/html", "image/svg+xml"])
def test_the_content_says_what_it_is_and_not_the_sender(content, found, claimed):
    assert media.content_type(content, claimed) == found


def test_words_are_words_only_where_they_claim_it_and_hold_no_markup():
    assert media.content_type(b"Hello", "text/plain; charset=utf-8") == "text/plain"
    assert media.content_type(b"Hello") == media.ANY
    assert media.content_type(b"a <b>c</b>", "text/plain") == media.ANY
    assert media.content_type(b"\xff\0", "text/plain") == media.ANY


@given(st.binary(max_size=64), st.text(max_size=40))
def test_whatever_comes_has_a_harmless_type(content, claimed):
    found = media.content_type(content, claimed)
    assert media.ending(found)
    assert "html" not in found and "svg" not in found and "xml" not in found
    assert media.kind(found) in ("picture", "audio", "video", "file")
