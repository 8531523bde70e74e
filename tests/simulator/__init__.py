"""A process that behaves like Twilio, for tests against the real SDK and a real Odoo.

``server`` speaks HTTP, ``api`` is what Twilio's REST API does, ``webhooks`` posts the
signed requests that Twilio would post, ``client`` starts the process from a test.
Everything is written from Twilio's documentation and shares no code with the addon,
so that a misreading has to happen twice before a test is fooled.
"""
