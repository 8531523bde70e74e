def uninstall_hook(env):
    """Drop what Odoo does not know of: composite foreign keys, and a guard.

    Odoo removes tables and unique constraints one by one; a unique constraint that a
    composite key still points at would stop it.
    """
    # raw SQL: the ORM has no word for constraints; names come from pg_constraint
    env.cr.execute(
        """
        SELECT conrelid::regclass::text, quote_ident(conname)
          FROM pg_constraint
         WHERE contype = 'f' AND array_length(conkey, 1) > 1
           AND conrelid::regclass::text LIKE 'sms\\_inbox\\_%'
        """
    )
    for table, constraint in env.cr.fetchall():
        # raw SQL: both names are quoted by PostgreSQL itself above
        env.cr.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    # raw SQL: with it go the triggers that it guards the record of consents by
    env.cr.execute("DROP FUNCTION IF EXISTS sms_inbox_consent_event_guard CASCADE")
