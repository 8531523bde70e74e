"""Very many queued texts at once, as SQL statements: by the ORM they take minutes."""

BODY = "'Your bike is ready, number ' || n || '.'"

CONVERSATIONS = """
    INSERT INTO sms_inbox_conversation
           (number_id, company_id, contact_number, stage, create_date, write_date)
    SELECT number.id, number.company_id, {contact}, 'waiting', {now}, {now}
      FROM generate_series({first}, {last}) AS n, sms_inbox_number number
     WHERE number.id = {number_id}
        ON CONFLICT DO NOTHING
"""
SUBSCRIBERS = """
    INSERT INTO sms_inbox_subscriber
           (company_id, number, textability, create_date, write_date)
    SELECT number.company_id, {contact}, 'unknown', {now}, {now}
      FROM generate_series({first}, {last}) AS n, sms_inbox_number number
     WHERE number.id = {number_id}
        ON CONFLICT DO NOTHING
"""
MESSAGES = """
    INSERT INTO sms_inbox_message
           (uuid, conversation_id, number_id, company_id, contact_number, direction,
            date, body, segments, state, priority, tries, create_date, write_date)
    SELECT replace(gen_random_uuid()::text, '-', ''), conversation.id, number_id,
           company_id, contact_number, 'out', {now}, {body}, {segments}, 'queued',
           '{priority}', 0, {now}, {now}
      FROM generate_series({first}, {last}) AS n
      JOIN sms_inbox_conversation conversation
        ON conversation.contact_number = {contact}
       AND conversation.number_id = {number_id}
"""
# gives the uuids of the attempts
HANDED_OVER = """
    WITH text AS (
        UPDATE sms_inbox_message
           SET state = 'sent'
         WHERE number_id = {number_id} AND state = 'queued'
     RETURNING id, company_id, uuid)
    INSERT INTO sms_inbox_attempt
           (uuid, carrier_id, message_id, company_id, account_id, state)
    SELECT text.uuid, 'SM' || text.uuid, text.id, text.company_id, line.account_id,
           'sent'
      FROM text, sms_inbox_line line
      JOIN sms_inbox_number number ON number.line_id = line.id
     WHERE number.id = {number_id}
 RETURNING uuid
"""


def contact(n: int) -> str:
    """The phone number of the n-th contact."""
    return f"+1212{2000000 + n}"


def queue(
    number_id: int,
    count: int,
    *,
    first: int = 1,
    priority: str = "bulk",
    body: str = BODY,
    segments: str = "1",
) -> str:
    """SQL that queues a text to each of ``count`` contacts, in threads of their own.

    :param first: number of the first contact, so that several calls add up
    :param body: SQL for the text; ``n`` is the contact's number
    :param segments: SQL for its segments
    """
    values = {
        "number_id": number_id,
        "first": first,
        "last": first + count - 1,
        "contact": "'+1212' || (2000000 + n)",
        "now": "now() AT TIME ZONE 'UTC'",
        "priority": priority,
        "body": body,
        "segments": segments,
    }
    statements = (CONVERSATIONS, SUBSCRIBERS, MESSAGES)
    return ";".join(statement.format(**values) for statement in statements)
