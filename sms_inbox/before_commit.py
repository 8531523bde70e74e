"""What a transaction gathers and deals with once, right before it commits."""


def gathered(env, key, kind, step):
    """What was gathered under ``key``, to add to; ``step`` gets it at the end.

    :param kind: makes what it is gathered in, such as ``set``
    """
    precommit = env.cr.precommit
    if key not in precommit.data:
        precommit.data[key] = kind()
        precommit.add(lambda: step(precommit.data.pop(key)))
    return precommit.data[key]
