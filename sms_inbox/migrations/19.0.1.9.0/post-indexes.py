NO_MORE = (
    "sms_inbox_conversation__number_id_index",
    "sms_inbox_conversation_user__company_id_index",
    "sms_inbox_conversation_user__conversation_id_index",
    "sms_inbox_consent__company_id_index",
    "sms_inbox_consent__line_id_index",
    "sms_inbox_look_up_month__company_id_index",
    "sms_inbox_subscriber__company_id_index",
)


def migrate(cr, version):
    """Drop indexes of which another one serves the same, or that nothing asks."""
    for index in NO_MORE:
        # raw SQL: the ORM drops no index whose field has none any more
        cr.execute(f"DROP INDEX IF EXISTS {index}")
