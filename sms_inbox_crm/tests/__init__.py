from . import test_lead_from_text, test_leads
