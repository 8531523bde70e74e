def migrate(cr, version):
    """Know the texts that their authors took back by the name noted in them."""
    # raw SQL: all texts at once
    cr.execute(
        """
        UPDATE sms_inbox_message text SET taken_back = TRUE
          FROM res_users author JOIN res_partner ON res_partner.id = author.partner_id
         WHERE text.state = 'canceled' AND author.id = text.author_id
           AND position(res_partner.name IN text.error_text) > 0
        """
    )
