"""Short transactions for scheduled actions: commit each step, try again on a clash.

A web request that meets another transaction on the same row is run again by Odoo. A
scheduled action is not, so its steps go through here.
"""

import logging
import random
import time
from contextlib import contextmanager

from psycopg2 import errors

from odoo.exceptions import ConcurrencyError

_logger = logging.getLogger(__name__)

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


def run_for_each(env, step, those, what):
    """Run ``step(those)`` as :func:`run` does; if that fails, for each by itself.

    :param those: records, or a list
    :param what: does not happen to one that it fails for, which fills its placeholder
    """
    if len(those) == 1:
        with safely(env, what.format(those[0])):
            run(env, step, those)
        return
    try:
        run(env, step, those)
    except Exception:
        for place in range(len(those)):
            run_for_each(env, step, those[place : place + 1], what)


@contextmanager
def safely(env, what, instead=None):
    """Let a fault in here hold up nothing else; the log has it by its kind alone.

    :param what: did not happen then, in words that quote nobody
    :param instead: a step to run then
    """
    try:
        yield
    except Exception as error:
        _undo(env)
        # the kind alone: an error's words could quote a text or a number
        _logger.warning("%s: %s", what, type(error).__name__)
        if instead:
            run(env, instead)


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
