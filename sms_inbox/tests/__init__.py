from . import (
    common,
    test_isolation,
    test_text_in,
    test_text_out,
    test_webhook,
)
