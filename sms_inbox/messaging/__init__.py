"""What is true of texting anywhere. Pure Python: nothing here knows Odoo."""
