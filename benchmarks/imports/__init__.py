"""What ``scripts/bench partners`` runs inside of an Odoo, with the addon or without."""
