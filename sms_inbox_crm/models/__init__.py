from . import crm_lead, sms_inbox_conversation
