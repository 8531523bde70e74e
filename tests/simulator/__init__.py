"""A process that behaves like Twilio, for tests against the real SDK and a real Odoo.

``server`` puts it together: ``wire`` speaks HTTP, ``rest`` is the REST API's door and
``api`` what is behind it, with ``queues``, ``segments`` and the ``shapes`` of answers;
``webhooks`` posts the signed requests that Twilio would post. ``control`` has the
strings that a test pulls, ``faults`` what goes wrong, ``journal`` what came;
``client`` starts the process from a test.

``telnyx`` is Telnyx in the same process, with shapes and a client of its own.

Everything is written from Twilio's documentation and shares no code with the addon,
so that a misreading has to happen twice before a test is fooled.
"""
