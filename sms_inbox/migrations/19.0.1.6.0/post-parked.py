def migrate(cr, version):
    """Have what is parked in a paused bulk text be listed by its time too."""
    # raw SQL: before any model is used
    cr.execute(
        "UPDATE sms_inbox_message SET parked_until = '9000-01-01' "
        "WHERE state = 'queued' AND parked_until = 'infinity'"
    )
