from . import sms_inbox_start
