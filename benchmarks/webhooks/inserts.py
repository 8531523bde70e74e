"""The limit without any Odoo: one INSERT and its commit, from some connections.

Usage: python -m benchmarks.webhooks.inserts, with a JSON object on the standard input:
``database``, ``clients``, ``seconds``.
"""

import json
import sys
import threading
import time
import uuid

import psycopg2

from benchmarks.webhooks.calls import BODY

INSERT = "INSERT INTO sms_inbox_probe (key, payload) VALUES (%s, %s)"


def main():
    job = json.load(sys.stdin)
    deadline = time.monotonic() + job["seconds"]
    waits = []
    threads = [
        threading.Thread(target=_client, args=(job["database"], deadline, waits))
        for _ in range(job["clients"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count = len(waits)
    figures = {"rate": count / job["seconds"], "waits": waits, "statuses": {}}
    print("FIGURES " + json.dumps({**figures, "used": count, "thanked": count}))


def _client(database, deadline, waits):
    connection = psycopg2.connect(dbname=database)
    with connection.cursor() as cursor:
        while (began := time.monotonic()) < deadline:
            cursor.execute(INSERT, (f"bare{uuid.uuid4().hex}", BODY))
            connection.commit()
            waits.append(time.monotonic() - began)
    connection.close()


if __name__ == "__main__":
    main()
