{
    "name": "Probe of the acknowledgement benchmark",
    "summary": "A route that stores what is posted with one INSERT, and nothing else",
    "version": "19.0.1.0.0",
    "author": "SMS Inbox contributors",
    "license": "LGPL-3",
    "depends": ["base"],
    "installable": True,
}
