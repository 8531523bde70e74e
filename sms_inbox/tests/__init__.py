from . import common, test_text_in, test_text_out
