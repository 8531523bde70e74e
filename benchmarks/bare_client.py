"""The limit: the same requests to the carrier, and nothing else.

Usage: bare_client.py URL SID TOKEN SENDER TEXTS IN_FLIGHT
"""

import json
import resource
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

ITS_OWN = threading.local()


def main():
    url, sid, token, sender, texts, in_flight = sys.argv[1:]
    address = f"{url}/2010-04-01/Accounts/{sid}/Messages.json"

    def post(n):
        if not hasattr(ITS_OWN, "session"):
            ITS_OWN.session = requests.Session()
            ITS_OWN.session.trust_env = False
        form = {
            "From": sender,
            "To": f"+1212{2000000 + n}",
            "Body": f"Your bike is ready, number {n}.",
            "StatusCallback": f"https://texts.example.com/sms_inbox/{n:032x}",
        }
        answer = ITS_OWN.session.post(address, form, auth=(sid, token), timeout=15)
        answer.raise_for_status()
        answer.json()

    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    with ThreadPoolExecutor(int(in_flight)) as pool:
        for _answer in pool.map(post, range(1, int(texts) + 1)):
            pass
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print("FIGURES " + json.dumps({"began": began, "cpu": cpu, "sql": 0}))


if __name__ == "__main__":
    main()
