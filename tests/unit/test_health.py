from messaging.health import looks_filtered


def test_three_filtered_texts_and_more_than_two_percent_are_too_many():
    assert looks_filtered(3, 100)
    assert not looks_filtered(2, 2)
    assert not looks_filtered(3, 150)
    assert looks_filtered(3, 149)
