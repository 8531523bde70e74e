def migrate(cr, version):
    """Give the scheduled action that sends its lane, and later texts their time.

    That record is not updated by itself, and texts used to wait by ``not_before``.
    """
    # raw SQL: before any model is used
    cr.execute(
        """
        UPDATE sms_inbox_message
           SET parked_until = not_before, waits_for = 'schedule'
         WHERE state = 'queued' AND not_before > now() AT TIME ZONE 'UTC'
        """
    )
    # raw SQL: before any model is used
    cr.execute(
        """
        UPDATE ir_cron SET sms_inbox_lane = 0
         WHERE id = (SELECT res_id FROM ir_model_data
                      WHERE module = 'sms_inbox' AND name = 'ir_cron_dispatch')
        """
    )
