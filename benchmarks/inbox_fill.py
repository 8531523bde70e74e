"""A store of many conversations, contacts and texts, as SQL: the ORM takes hours."""

NAMES = "(ARRAY['Ada','Omar','Grace','Yuki','Leah','Tom','Anna','Pedro'])"
WORDS = "(ARRAY['ready','tomorrow','brake','trailer','invoice','saddle','thanks'])"

# every tenth open, the rest closed; a third of the open ones wait on us
PARTNERS = """
    INSERT INTO res_partner (name, complete_name, active, type, create_date)
    SELECT name, name, true, 'contact', now()
      FROM (SELECT {names}[1 + n % 8] || ' Person' || n AS name
              FROM generate_series({first}, {last}) n) called
"""
CONVERSATIONS = """
    INSERT INTO sms_inbox_conversation
           (number_id, company_id, contact_number, partner_id, user_id, stage,
            waiting_since, snoozed_until, last_text, last_text_at, flagged,
            create_date, write_date)
    SELECT number.id, number.company_id, '+1212' || (2000000 + n), partner.id,
           CASE WHEN n % 3 = 0 THEN {agent_id} END, stage.name,
           CASE WHEN stage.name = 'needs_reply' THEN at END,
           CASE WHEN stage.name = 'snoozed' THEN at + interval '90 days' END,
           'Question ' || n, at, n % 500 = 0, at, at
      FROM generate_series({first}, {last}) n
      JOIN sms_inbox_number number ON number.id = ({numbers})[1 + n % {number_count}]
      JOIN res_partner partner ON partner.name = {names}[1 + n % 8] || ' Person' || n,
           LATERAL (SELECT CASE WHEN n % 10 > 1 THEN 'closed'
                                WHEN n % 70 = 0 THEN 'snoozed'
                                WHEN n % 3 = 0 THEN 'needs_reply'
                                ELSE 'waiting' END AS name) stage,
           LATERAL (SELECT timestamp '2026-01-01' + n * 7 % 86400 * interval '1 s'
                           + n % 200 * interval '1 day' AS at) moment
"""
MESSAGES = """
    INSERT INTO sms_inbox_message
           (uuid, conversation_id, number_id, company_id, contact_number, direction,
            date, body, segments, state, priority, media_count, tries, create_date)
    SELECT gen_random_uuid()::text, thread.id, thread.number_id, thread.company_id,
           contact_number, CASE WHEN k % 2 = 0 THEN 'in' ELSE 'out' END,
           last_text_at - k * interval '1 hour',
           'Is my bike ' || {words}[1 + (thread.id + k) % 7] || '? Order ' || thread.id
           || '-' || k, 1,
           CASE WHEN k % 2 = 0 THEN 'received' ELSE 'delivered' END, 'reply', 0, 0,
           last_text_at
      FROM sms_inbox_conversation thread, generate_series(0, {texts} - 1) k
     WHERE thread.contact_number >= '+1212' || (2000000 + {first})
       AND thread.contact_number <= '+1212' || (2000000 + {last})
"""
UNREAD = """
    INSERT INTO sms_inbox_conversation_user
           (conversation_id, company_id, user_id, unread)
    SELECT id, company_id, {agent_id}, 1
      FROM sms_inbox_conversation thread
     WHERE stage = 'needs_reply' AND id % 5 = 0
        ON CONFLICT DO NOTHING
"""
ANALYZE = (
    "ANALYZE res_partner; ANALYZE sms_inbox_conversation; ANALYZE sms_inbox_message;"
    "ANALYZE sms_inbox_conversation_user"
)


def fill(first: int, last: int, texts: int, agent_id: int, numbers: list[int]) -> str:
    """SQL for conversations ``first`` to ``last``, each with ``texts`` texts."""
    values = {
        "first": first,
        "last": last,
        "texts": texts,
        "agent_id": agent_id,
        "numbers": f"ARRAY{numbers}",
        "number_count": len(numbers),
        "names": NAMES,
        "words": WORDS,
    }
    statements = (PARTNERS, CONVERSATIONS, MESSAGES, UNREAD)
    return ";".join(each.format(**values) for each in statements) + ";" + ANALYZE
