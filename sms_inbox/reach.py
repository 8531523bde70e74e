"""What is within a user's reach: assigned to them, or of a number that they answer."""

from odoo.fields import Domain
from odoo.tools import SQL

# An array, so that PostgreSQL can tell how many rows it leaves, and joins nothing.
WITHIN = """(%(number)s = ANY(ARRAY(
    SELECT number_id FROM sms_inbox_number_user_rel WHERE user_id = %(user_id)s))
    OR %(theirs)s)"""


def search(user_id, operator, value, theirs):
    """What a field's search gives that says whether a row is within a user's reach.

    It is one condition, as Odoo compiles each part of a rule for every query again.

    :param theirs: which rows are assigned to the user, in SQL: called with a model of
        which each row has a ``number_id``, an alias and a query
    """
    if operator != "in" or True not in value:
        return NotImplemented
    if False in value:
        return Domain.TRUE
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            WITHIN,
            number=model._field_to_sql(alias, "number_id", query),
            theirs=theirs(model, alias, query),
            user_id=user_id,
        )
    )
