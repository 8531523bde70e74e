def uninstall_hook(env):
    """Drop the composite foreign keys, so that Odoo can drop the tables in its order.

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
