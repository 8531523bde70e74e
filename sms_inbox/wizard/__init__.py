from . import (
    sms_inbox_account_check,
    sms_inbox_bulk,
    sms_inbox_fetch_missed,
    sms_inbox_fetch_numbers,
    sms_inbox_fetch_numbers_row,
    sms_inbox_set_webhooks,
    sms_inbox_set_webhooks_row,
    sms_inbox_start,
)
