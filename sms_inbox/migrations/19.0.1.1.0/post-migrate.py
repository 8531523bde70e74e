def migrate(cr, version):
    """Give the scheduled action that sends its lane; its record is not updated."""
    # raw SQL: before any model is used
    cr.execute(
        """
        UPDATE ir_cron SET sms_inbox_lane = 0
         WHERE id = (SELECT res_id FROM ir_model_data
                      WHERE module = 'sms_inbox' AND name = 'ir_cron_dispatch')
        """
    )
