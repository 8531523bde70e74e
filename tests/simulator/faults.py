"""What goes wrong with the requests that create a text (or, "read", with others)."""

from random import Random

KINDS = {
    "dropped_before": "the connection breaks, and the request is not carried out",
    "reset": "the same",
    "lost": "the request is carried out, then the connection breaks",
    "garbage": "the request is carried out, the answer is a 201 that is no JSON",
    "nameless": "the request is carried out, the answer is a 201 without an id",
    "429": "refused, with ``retry_after`` when given",
    "503": "refused, with ``retry_after`` when given",
    "500": "an error page of some proxy",
}


class Faults:
    """Faults in turn, and faults by chance, which are the same for the same seed.

    By chance means the setting ``fault_rates``, such as {"lost": 0.01}: the share of
    the requests that create a text.
    """

    def __init__(self, settings):
        self.settings = settings
        self.reset()

    def reset(self):
        """Nothing goes wrong that was not set."""
        self._waiting = {"create": [], "read": []}
        self.reseed()

    def reseed(self):
        """Begins the seed's row of chances anew."""
        seed = self.settings["seed"]
        # Two rows, so that the order of answers has no say in who meets a fault.
        self._fate, self._pace = Random(f"{seed} fate"), Random(f"{seed} pace")

    def add(self, kind, count=1, on="create", retry_after=None):
        if kind not in KINDS:
            raise ValueError(f"no fault of this kind: {kind}")
        self._waiting[on].extend([(kind, retry_after)] * count)

    def next(self, on):
        """(kind, retry_after) for this request, or (None, None)."""
        if self._waiting[on]:
            return self._waiting[on].pop(0)
        return (self._by_chance() if on == "create" else None), None

    def _by_chance(self):
        rates = self.settings["fault_rates"]
        chance = self._fate.random() if rates else 1.0
        for kind, rate in rates.items():
            chance -= rate
            if chance < 0:
                return kind
        return None

    def latency(self):
        """Seconds between carrying out a request and answering it."""
        jitter = self.settings["latency_jitter"]
        return self.settings["latency"] + self._pace.uniform(0, jitter)
