"""Very many texts in Odoo's own queue, as one SQL statement that copies one of them."""

# Whatever columns there are: a row as JSON, with what has to differ, is a row again.
COPIES = """
    WITH seed AS (
        SELECT to_jsonb(message) AS message, to_jsonb(notification) AS notification,
               to_jsonb(text) AS text, to_jsonb(tracker) AS tracker
          FROM sms_tracker tracker
          JOIN sms_sms text ON text.uuid = tracker.sms_uuid
          JOIN mail_notification notification
            ON notification.id = tracker.mail_notification_id
          JOIN mail_message message ON message.id = notification.mail_message_id
         ORDER BY tracker.id
         LIMIT 1
    ), copy AS (
        SELECT replace(gen_random_uuid()::text, '-', '') AS uuid,
               nextval('mail_message_id_seq') AS message_id,
               nextval('mail_notification_id_seq') AS notification_id,
               nextval('sms_sms_id_seq') AS text_id,
               nextval('sms_tracker_id_seq') AS tracker_id, seed.*
          FROM seed, generate_series(1, %s)
    ), messages AS (
        INSERT INTO mail_message
        SELECT (jsonb_populate_record(NULL::mail_message, message
                || jsonb_build_object('id', message_id, 'message_id', uuid))).*
          FROM copy
    ), notifications AS (
        INSERT INTO mail_notification
        SELECT (jsonb_populate_record(NULL::mail_notification, notification
                || jsonb_build_object(
                    'id', notification_id, 'mail_message_id', message_id,
                    'sms_id_int', text_id))).*
          FROM copy
    ), texts AS (
        INSERT INTO sms_sms
        SELECT (jsonb_populate_record(NULL::sms_sms, text
                || jsonb_build_object(
                    'id', text_id, 'mail_message_id', message_id, 'uuid', uuid))).*
          FROM copy
    )
    INSERT INTO sms_tracker
    SELECT (jsonb_populate_record(NULL::sms_tracker, tracker
            || jsonb_build_object(
                'id', tracker_id, 'mail_notification_id', notification_id,
                'sms_uuid', uuid))).*
      FROM copy
"""
