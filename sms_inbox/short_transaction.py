"""Short transactions for scheduled actions: commit each step, try again on a clash.

A web request that meets another transaction on the same row is run again by Odoo. A
scheduled action is not, so its steps go through here.
"""

from psycopg2 import errors

from odoo.exceptions import ConcurrencyError

CLASHES = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
    errors.UniqueViolation,
    ConcurrencyError,
)
MOST_TRIES = 5


def commit(env):
    """End the transaction, so that what follows holds no lock and no snapshot."""
    env.cr.commit()  # pylint: disable=invalid-commit


def run(env, step, *args):
    """Run ``step(*args)`` in a transaction of its own and give what it returns.

    :raise Exception: what the step raised last, with its changes rolled back
    """
    commit(env)
    for tries_left in reversed(range(MOST_TRIES)):
        try:
            result = step(*args)
            commit(env)
            return result
        except CLASHES as clash:
            _undo(env)
            if not tries_left:
                raise clash
        except Exception:
            _undo(env)
            raise


def _undo(env):
    env.cr.rollback()
    env.transaction.reset()
    env.registry.reset_changes()
