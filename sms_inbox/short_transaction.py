"""Short transactions for scheduled actions: commit each step, try again on a clash.

A web request that meets another transaction on the same row is run again by Odoo. A
scheduled action is not, so its steps go through here.
"""

import random
import time
from contextlib import contextmanager

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
            # whoever was first needs a moment to end
            time.sleep(random.uniform(0.01, 0.1))
        except Exception:
            _undo(env)
            raise


def run_for_each(records, step, failed):
    """Run ``step(records)`` as :func:`run` does; if that fails, for each by itself.

    :param failed: called with a record that it fails for, and the error
    """
    try:
        run(records.env, step, records)
    except Exception as error:
        if len(records) == 1:
            failed(records, error)
            return
        for record in records:
            run_for_each(record, step, failed)


@contextmanager
def made_once(env, index):
    """Create what may exist once; if somebody made it since our snapshot, begin again.

    Only a new transaction sees the other's row, so the whole step has to be repeated.

    :param index: name of the unique index that refuses the second one
    """
    try:
        with env.cr.savepoint():
            yield
    except errors.UniqueViolation as clash:
        if clash.diag.constraint_name != index:
            raise
        raise ConcurrencyError("Somebody else made it meanwhile.") from clash


def _undo(env):
    env.cr.rollback()
    env.transaction.reset()
    env.registry.reset_changes()
