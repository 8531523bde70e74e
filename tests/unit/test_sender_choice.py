from messaging.sender_choice import Sender, choose, spread

TO = "+12025550143"
NEAR, FAR, BRITISH = (
    Sender("near", "+12025550100"),
    Sender("far", "+13055550100"),
    Sender("british", "+447911123456"),
)


def test_the_number_a_contact_knows_comes_first():
    known = BRITISH._replace(known=True, seconds_to_drain=60)
    assert choose([NEAR._replace(mine=True), known], TO) == known


def test_a_sick_number_is_never_chosen():
    sick = NEAR._replace(known=True, healthy=False)
    assert choose([sick, BRITISH], TO) == BRITISH
    assert choose([sick], TO) is None


def test_mine_then_country_then_area_then_load_then_the_first():
    assert choose([NEAR, BRITISH._replace(mine=True)], TO).key == "british"
    assert choose([BRITISH, FAR], TO) == FAR
    assert choose([FAR, NEAR._replace(seconds_to_drain=60)], TO).key == "near"
    busy = NEAR._replace(key="busy", seconds_to_drain=60)
    assert choose([busy, NEAR], TO) == NEAR
    assert choose([NEAR, NEAR._replace(key="twin")], TO) == NEAR


def test_a_bulk_text_is_spread_by_how_fast_each_number_is():
    people = [f"+1202555{n:04d}" for n in range(300)]
    given = list(spread([NEAR, FAR], people, {"near": 1.0, "far": 0.5}).values())
    assert given.count("far") == 200
    assert spread([], people, {}) == {}
