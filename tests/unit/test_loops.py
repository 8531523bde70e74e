from messaging.loops import is_ping_pong, is_repeat


def talk(answers, every, delay):
    return [
        (n * every + after, way)
        for n in range(answers)
        for after, way in ((0.0, "in"), (delay, "out"))
    ]


def test_more_than_twenty_equal_texts_are_a_repeat():
    assert not is_repeat(20)
    assert is_repeat(21)


def test_two_machines_are_seen_and_people_are_not():
    assert is_ping_pong(talk(10, every=20, delay=2))
    assert not is_ping_pong(talk(9, every=20, delay=2))
    assert not is_ping_pong(talk(10, every=20, delay=15))
    assert not is_ping_pong(talk(30, every=90, delay=2))
    assert not is_ping_pong([])
