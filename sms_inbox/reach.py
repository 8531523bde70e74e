"""What is within a user's reach: assigned to them, or of a number that they answer."""

from odoo.fields import Domain
from odoo.tools import SQL

# An array, so that PostgreSQL can tell how many rows it leaves, and joins nothing.
WITHIN = """(%(number)s = ANY(ARRAY(
    SELECT number_id FROM sms_inbox_number_user_rel WHERE user_id = %(user_id)s))
    OR %(assignee)s = %(user_id)s)"""


def within(user_id, assignee):
    """The rows within a user's reach, of a model that has a ``number_id``.

    It is one condition, as Odoo compiles each part of a rule for every query again.

    :param assignee: who has a row, in SQL: called with a model, an alias and a query
    """
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            WITHIN,
            number=model._field_to_sql(alias, "number_id", query),
            assignee=assignee(model, alias, query),
            user_id=user_id,
        )
    )
