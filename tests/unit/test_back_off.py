from carriers.back_off import JITTER, pause


def test_each_pause_is_so_many_times_the_one_before_up_to_the_longest():
    for times, seconds in ((1, 60), (2, 240), (3, 960), (4, 1000), (5000, 1000)):
        waited = pause(times, first=60.0, longest=1000, factor=4)
        assert abs(waited - seconds) <= seconds * JITTER


def test_what_fails_together_does_not_come_back_together():
    assert len({pause(1, first=0.1, longest=30.0) for _ in range(100)}) > 1
