"""A store of many conversations, contacts and texts, as SQL: the ORM takes hours."""

NAMES = "(ARRAY['Ada','Omar','Grace','Yuki','Leah','Tom','Anna','Pedro'])"
WORDS = "(ARRAY['ready','tomorrow','brake','trailer','invoice','saddle','thanks'])"

# a fifth is open, the rest closed; a third of the open ones wait on us
PARTNERS = """
    INSERT INTO res_partner
           (name, complete_name, active, type, phone, phone_sanitized, sms_shape,
            create_date)
    SELECT name, name, true, 'contact', phone, phone, 'shape_undecided', now()
      FROM (SELECT {names}[1 + n / 7 % 8] || ' Person' || n AS name,
                   '+1212' || (2000000 + n) AS phone
              FROM generate_series({first}, {last}) n) called
"""
CONVERSATIONS = """
    INSERT INTO sms_inbox_conversation
           (number_id, company_id, contact_number, partner_id, user_id, stage,
            waiting_since, soon_at, overdue_at, snoozed_until, closed_at, last_text,
            last_text_at, flagged, create_date, write_date)
    SELECT number.id, number.company_id, '+1212' || (2000000 + n), partner.id,
           CASE WHEN n % 3 = 0 THEN {agent_id} END, stage.name,
           CASE WHEN stage.name = 'needs_reply' THEN at END,
           CASE WHEN stage.name = 'needs_reply' THEN at + interval '3 hours' END,
           CASE WHEN stage.name = 'needs_reply' THEN at + interval '4 hours' END,
           CASE WHEN stage.name = 'snoozed' THEN at + interval '300 days' END,
           CASE WHEN stage.name = 'closed' THEN at + interval '1 hour' END,
           'Question ' || n, at, n % 500 = 0, at, at
      FROM generate_series({first}, {last}) n
      JOIN sms_inbox_number number ON number.id = ({numbers})[1 + n % {number_count}]
      JOIN res_partner partner
        ON partner.name = {names}[1 + n / 7 % 8] || ' Person' || n,
           LATERAL (SELECT CASE WHEN n % 10 > 1 THEN 'closed'
                                WHEN n % 70 = 0 THEN 'snoozed'
                                WHEN n % 3 = 0 THEN 'needs_reply'
                                ELSE 'waiting' END AS name) stage,
           LATERAL (SELECT date_trunc('day', now() AT TIME ZONE 'UTC')
                           - n * 7 % 86400 * interval '1 s'
                           - n % 200 * interval '1 day' AS at) moment
"""
MESSAGES = """
    INSERT INTO sms_inbox_message
           (uuid, conversation_id, number_id, company_id, contact_number, direction,
            date, body, segments, state, priority, media_count, tries, create_date)
    SELECT gen_random_uuid()::text, thread.id, thread.number_id, thread.company_id,
           contact_number, CASE WHEN k % 2 = 0 THEN 'in' ELSE 'out' END,
           last_text_at - k * interval '1 hour',
           'Is my bike ' || {words}[1 + (thread.id + k) % 7] || '? Order ' || thread.id
           || '-' || k
           || CASE WHEN (thread.id + k) % 100 = 0 THEN ' urgent' ELSE '' END, 1,
           CASE WHEN k % 2 = 0 THEN 'received' ELSE 'delivered' END, 'reply', 0, 0,
           last_text_at
      FROM sms_inbox_conversation thread,
           generate_series(
               0, CASE WHEN contact_number LIKE '%{long_end}' THEN {long}
                       ELSE {texts} END - 1) k
     WHERE {these}
"""
SUBSCRIBERS = """
    INSERT INTO sms_inbox_subscriber
           (company_id, number, textability, create_date, write_date)
    SELECT company_id, contact_number,
           CASE WHEN id % 20 = 7 THEN 'unlikely' ELSE 'likely' END, now(), now()
      FROM sms_inbox_conversation thread
     WHERE {these}
        ON CONFLICT DO NOTHING
"""
CONSENTS = """
    INSERT INTO sms_inbox_consent
           (company_id, number, state, said_by, since, create_date, write_date)
    SELECT company_id, contact_number,
           (ARRAY['subscribed','opted_out'])[1 + id % 2], 'person', now(), now(), now()
      FROM sms_inbox_conversation thread
     WHERE id % 7 = 0 AND {these}
"""
# who may read a thread has read all but some
READERS = """
    INSERT INTO sms_inbox_conversation_user
           (conversation_id, company_id, user_id, unread)
    SELECT id, company_id, {agent_id},
           CASE WHEN stage = 'needs_reply' AND id % 5 = 0 THEN 1 ELSE 0 END
      FROM sms_inbox_conversation thread
     WHERE {these}
"""
FILLED = (PARTNERS, CONVERSATIONS, MESSAGES, SUBSCRIBERS, CONSENTS, READERS)
LONG = 60  # texts in a long conversation
LONG_END = "00"  # numbers that end so have a long conversation


def fill(first: int, last: int, texts: int, agent_id: int, numbers: list[int]) -> str:
    """SQL for conversations ``first`` to ``last``, each with ``texts`` texts."""
    values = {
        "first": first,
        "last": last,
        "texts": texts,
        "long": LONG,
        "long_end": LONG_END,
        "agent_id": agent_id,
        "numbers": f"ARRAY{numbers}",
        "number_count": len(numbers),
        "names": NAMES,
        "words": WORDS,
        "these": f"thread.contact_number BETWEEN '+1212{2000000 + first}'"
        f" AND '+1212{2000000 + last}'",
    }
    return ";".join(each.format(**values) for each in FILLED)
