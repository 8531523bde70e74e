"""The parts of ``scripts/bench webhook``.

``durable`` has the database server, ``world`` who is called, ``calls`` what carriers
would post and ``load`` posts it; ``targets`` names what is compared, ``cost`` reads
what the server spent, ``figures`` makes tables of it. ``inserts`` is the limit without
any Odoo, ``addons`` that with one.
"""
