def migrate(cr, version):
    """Give texts of before the place in which they were shown until now."""
    # raw SQL: all texts at once
    cr.execute("UPDATE sms_inbox_message SET place = id WHERE place IS NULL")
