"""How urgent a text is."""

PRIORITIES = ("code", "reply", "notice", "bulk")  # the most urgent first
URGENT = ("code", "reply")  # at any hour, and with what is kept back of a limit
