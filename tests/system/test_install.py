"""Installing, updating and removing the addon on a database with data in it."""

import os

from tests.system.inbox import Rpc

MODULES = ["sms_inbox", "contacts"]
COMPOSITE = """
    SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint
     WHERE contype = 'f' AND array_length(conkey, 1) > 1
       AND conrelid::regclass::text LIKE 'sms_inbox_%'
"""
TABLES = "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'sms_inbox%'"


def test_the_composite_keys_stay_at_an_update_and_nothing_stays_at_removal(odoo):
    database = f"sms_inbox_install_{os.getpid()}"
    odoo.fresh_database(database, MODULES, demo=True)
    try:
        installed = odoo.postgres.sql(COMPOSITE, database)
        assert len(installed.split()) == 12
        odoo.install(database, MODULES, update=["sms_inbox"], demo=True)
        assert odoo.postgres.sql(COMPOSITE, database) == installed
        _remove(odoo, database)
        assert odoo.postgres.sql(TABLES, database) == "0"
    finally:
        odoo.drop_database(database)


def _remove(odoo, database):
    from house.server import odoo_server

    with odoo_server(odoo, database, extra_args=["--max-cron-threads=0"]) as server:
        admin = Rpc(server.url, database, "admin", "admin")
        (module,) = admin("ir.module.module", "search", [("name", "=", "sms_inbox")])
        admin("ir.module.module", "button_immediate_uninstall", [module])
