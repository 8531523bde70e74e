from . import sms_inbox_bulk, sms_inbox_start
