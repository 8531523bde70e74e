"""Pictures: those we fetch from Twilio, and those Twilio fetches from us.

https://www.twilio.com/docs/messaging/api/media-resource
"""

import base64
import hashlib
import uuid

from .shapes import page
from .wire import Answer

NOT_FETCHED = "11200"  # https://www.twilio.com/docs/api/errors/11200
STORE = "/store/"


class Media:
    """What is attached to texts: ``received`` lies here, ``fetched`` came from us."""

    def __init__(self, webhooks):
        self.webhooks = webhooks
        self.reset()

    def reset(self):
        self.received, self.fetched, self.of_text = {}, [], {}

    def keep(self, base_url, text, attached):
        """The form's pairs that tell of what is attached to a text from outside."""
        path = text["uri"].removesuffix(".json")
        text["num_media"] = str(len(attached))
        pairs = {"NumMedia": str(len(attached))}
        for index, (content_type, content) in enumerate(attached):
            name = "ME" + uuid.uuid4().hex
            self.received[name] = content_type, base64.b64decode(content)
            self.of_text.setdefault(path.rpartition("/")[2], []).append(
                {
                    "sid": name,
                    "parent_sid": text["sid"],
                    "content_type": content_type,
                    "uri": f"{path}/Media/{name}.json",
                    "account_sid": text["account_sid"],
                    "date_created": text["date_created"],
                    "date_updated": text["date_created"],
                }
            )
            pairs[f"MediaUrl{index}"] = f"{base_url}{path}/Media/{name}"
            pairs[f"MediaContentType{index}"] = content_type
        return pairs

    def list_of(self, text_id, path):
        """One page with all that is attached to a text."""
        return page(path, "media_list", self.of_text.get(text_id, []), {})

    def where(self, name):
        """A redirect to the signed address of what is attached, or a 404."""
        if name not in self.received:
            return Answer(404, {"code": 20404, "message": "not found", "status": 404})
        return Answer(307, "", {"Location": f"{STORE}{name}?Signature=signed"})

    def from_store(self, request):
        """The content, to whoever has the address; credentials are out of place."""
        found = self.received.get(request.path.removeprefix(STORE))
        if "authorization" in request.headers or not request.query or not found:
            return Answer(400, "<Error>InvalidArgument</Error>")
        content_type, content = found
        return Answer(200, content, {"Content-Type": content_type})

    def fetch(self, sid, urls):
        """Whether all that a text of ours carries could be fetched."""
        return all([self._fetch(sid, url) for url in urls])

    def _fetch(self, sid, url):
        entry = self.webhooks.get(url)
        content = entry.pop("content", b"")
        entry |= {"sid": sid, "size": len(content)}
        entry["sha256"] = hashlib.sha256(content).hexdigest()
        self.fetched.append(entry)
        return entry["status"] == 200
