"""What was asked of the simulator, and what it answered: the bench's measure."""

from collections import Counter


class Journal:
    """Every API request in order of its arrival, and sums that are kept as they come.

    An arrival is a request to create a text. ``at`` (epoch) and ``monotonic`` are
    read before anything else is done with the request.
    """

    def __init__(self):
        self.reset()

    def reset(self):
        self.requests, self.arrivals, self.senders = [], [], {}
        self.answers, self.uuids = Counter(), Counter()
        self._open, self.most_in_flight = set(), 0

    def begin(self, request, creates, fault):
        """Notes a request; gives its record."""
        record = {
            "at": request.at,
            "monotonic": request.monotonic,
            "connection": request.connection,
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "fault": fault,
            "form": request.form,
            "status": None,
            "code": None,
            "sid": None,
            "segments": None,
        }
        self.requests.append(record)
        if creates:
            self.arrivals.append(record)
        self._open.add(id(record))
        self.most_in_flight = max(self.most_in_flight, len(self._open))
        return record

    def end(self, record, answer):
        """Notes the answer, None when the connection broke instead."""
        if id(record) not in self._open:
            return  # it began before the reset
        self._open.remove(id(record))
        if answer:
            record["status"] = answer.status
            record["code"] = answer.code
        if record["method"] == "POST":
            self._count(record)

    def _count(self, record):
        status, code = record["status"] or record["fault"], record["code"]
        self.answers[f"{status}/{code}" if code else str(status)] += 1
        if record["sid"]:
            self.uuids[attempt_uuid(record)] += 1
            self._count_sender(record)

    def _count_sender(self, record):
        at = record["monotonic"]
        begun = {"texts": 0, "segments": 0, "first": at, "last": at}
        sender = self.senders.setdefault(record["form"]["From"], begun)
        sender["texts"] += 1
        sender["segments"] += record["segments"]
        sender["first"] = min(sender["first"], at)
        sender["last"] = max(sender["last"], at)

    def summary(self):
        """Sums over everything answered so far; the moments are monotonic seconds.

        ``answers`` counts by "HTTP status" or "HTTP status/Twilio's code", or by the
        fault that broke the connection; ``senders`` counts what was taken; ``twice``
        is how many attempts were taken more than once.
        """
        self.uuids.pop("", None)
        return {
            "requests": len(self.requests),
            "arrivals": len(self.arrivals),
            "answers": self.answers,
            "taken": sum(sender["texts"] for sender in self.senders.values()),
            "segments": sum(sender["segments"] for sender in self.senders.values()),
            "twice": sum(count > 1 for count in self.uuids.values()),
            "in_flight": len(self._open),
            "most_in_flight": self.most_in_flight,
            "senders": self.senders,
        }


def arrival(record):
    """A record without what is the same for all of them."""
    form = record["form"]
    return {
        "at": record["at"],
        "monotonic": record["monotonic"],
        "sender": form.get("From", ""),
        "recipient": form.get("To", ""),
        "body": form.get("Body", ""),
        "media": "MediaUrl" in form,
        "uuid": attempt_uuid(record),
        "segments": record["segments"],
        "sid": record["sid"],
        "status": record["status"],
        "code": record["code"],
        "fault": record["fault"],
    }


def attempt_uuid(record):
    """The end of the address for reports, where the inbox puts it; or ""."""
    url = record["form"].get("StatusCallback", "")
    return url.partition("?")[0].rpartition("/")[2]
