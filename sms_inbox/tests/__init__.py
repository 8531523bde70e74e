from . import (
    common,
    test_account,
    test_board,
    test_contact,
    test_isolation,
    test_log,
    test_queries,
    test_races,
    test_screens,
    test_text_in,
    test_text_out,
    test_webhook,
)
