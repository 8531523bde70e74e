def migrate(cr, version):
    """Give what was known of numbers the form of evidence, or it would be forgotten.

    Until now a row had a state and a sentence alone. Whoever texted us says so by their
    text; every other number that was proven had a text delivered to it; what could not
    be texted, though its shape says nothing of that, was refused; and what kind of line
    a number in North America or Mexico is, Telnyx had told.
    """
    # raw SQL: before any model is used
    cr.execute(
        """
        WITH known AS (
            SELECT person.id, textability AS state, COALESCE(line_type, '') AS line,
                   number,
                   extract(epoch FROM COALESCE(checked_at, now()))::float AS at,
                   (SELECT extract(epoch FROM max(date))::float
                      FROM sms_inbox_message text
                     WHERE text.company_id = person.company_id
                       AND text.contact_number = person.number
                       AND text.direction = 'in') AS texted_at
              FROM sms_inbox_subscriber person
             WHERE evidence IS NULL AND number ~ '^[+][0-9]{8,15}$'),
        piece AS (
            SELECT id, CASE
                WHEN state = 'textable' AND texted_at IS NOT NULL
                THEN jsonb_build_array('inbound', 'text', texted_at, '')
                WHEN state = 'textable'
                THEN jsonb_build_array('delivery', 'delivered', at, '')
                WHEN state = 'not_textable' AND line IN ('', 'mobile', 'landline')
                THEN jsonb_build_array('delivery', 'landline', at, '')
                WHEN state IN ('likely', 'unlikely') AND line IN ('mobile', 'landline')
                 AND number ~ '^[+](1|52)'
                THEN jsonb_build_array('look_up', line, at, 'Telnyx')
                END AS told
              FROM known)
        UPDATE sms_inbox_subscriber person
           SET evidence = jsonb_build_array(told), textability_source = told ->> 0,
               textability_at = to_timestamp((told ->> 2)::float) AT TIME ZONE 'UTC',
               looked_up_at = CASE told ->> 0 WHEN 'look_up' THEN checked_at END
          FROM piece
         WHERE person.id = piece.id AND told IS NOT NULL
        """
    )
