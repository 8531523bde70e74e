CARRIERS = ("the carrier refused a text", "the carrier's list of opt-outs")


def migrate(cr, version):
    """Say of consents who said so, before the database guards their record.

    What a carrier told was a person's word to it; all else was done by hand.
    """
    if not version:
        return
    # raw SQL: the columns are new, and the record takes no change later on
    cr.execute("ALTER TABLE sms_inbox_consent_event ADD COLUMN said_by varchar")
    cr.execute(
        "UPDATE sms_inbox_consent_event "
        "SET said_by = CASE WHEN rule IN %s THEN 'carrier' ELSE 'staff' END",
        (CARRIERS,),
    )
    cr.execute(
        "ALTER TABLE sms_inbox_consent ADD COLUMN said_by varchar, "
        "ADD COLUMN since timestamp, ADD COLUMN rule varchar"
    )
    cr.execute(
        """
        UPDATE sms_inbox_consent consent
           SET said_by = COALESCE(event.said_by, 'staff'), rule = event.rule,
               since = COALESCE(event.at, consent.write_date)
          FROM sms_inbox_consent same
          LEFT JOIN sms_inbox_line line ON line.id = same.line_id
          LEFT JOIN LATERAL (
               SELECT * FROM sms_inbox_consent_event
                WHERE company_id = same.company_id AND number = same.number
                  AND line_number IS NOT DISTINCT FROM line.number
             ORDER BY id DESC LIMIT 1) event ON TRUE
         WHERE same.id = consent.id
        """
    )
    cr.execute("ALTER TABLE sms_inbox_consent ADD COLUMN decide_by timestamp")
    cr.execute(
        "UPDATE sms_inbox_consent SET decide_by = since + interval '12 days' "
        "WHERE state = 'review'"
    )
    # short codes answer nothing by themselves; it was not asked which kind it is
    cr.execute(
        "UPDATE sms_inbox_line SET confirms_stop = FALSE "
        "WHERE number_type = 'short_code'"
    )
