"""Reading what test runs left behind: counts, and lines that should not be there."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RECORD = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ "
    r"(?P<level>[A-Z]+) (?P<database>\S+) (?P<logger>\S+?): (?P<message>.*)"
)
TOTAL = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")
COUNT = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.MULTILINE)
SKIPPED = re.compile(r"skipped (?!setUpClass)")
BAD_LEVELS = ("WARNING", "ERROR", "CRITICAL")
# Lines that are not about the addon, each with the reason why it may be there.
ALLOWED = [
    (
        r"py\.warnings: \S*/(odoo|site-packages)/\S*: DeprecationWarning",
        "core calls what its own libraries have deprecated",
    ),
]


@dataclass(frozen=True)
class Count:
    """How many tests passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    def __str__(self) -> str:
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {self.skipped} skipped" if self.skipped else "")


def count_odoo(log: str) -> Count | None:
    """Return the count in an Odoo log; None if the run did not get to its end."""
    found = TOTAL.findall(log)
    if not found:
        return None
    failed, errors, total = map(int, found[-1])
    messages = (record["message"] for record, _more in records(log))
    # A class skipped as a whole did not count its tests as run.
    skipped = sum(bool(SKIPPED.match(message)) for message in messages)
    return Count(max(0, total - failed - errors - skipped), failed + errors, skipped)


def count_pytest(report: Path) -> Count | None:
    """Return the count in a JUnit report; None if there is no whole one."""
    try:
        suites = ElementTree.parse(report).getroot().iter("testsuite")
    except (OSError, ElementTree.ParseError):
        return None
    return sum((_count_suite(suite) for suite in suites), Count())


def _count_suite(suite: ElementTree.Element) -> Count:
    names = ("tests", "failures", "errors", "skipped")
    tests, failures, errors, skipped = (int(suite.get(name, 0)) for name in names)
    failed = failures + errors
    return Count(max(0, tests - failed - skipped), failed, skipped)


def last_count(output: str) -> Count | None:
    """Return the count that a run of ours ended with; None if it did not end."""
    found = COUNT.findall(output)
    return Count(*(int(figure or 0) for figure in found[-1])) if found else None


def records(log: str) -> Iterator[tuple[re.Match, list[str]]]:
    """Yield each log record with the lines that follow it (a traceback)."""
    current, more = None, []
    for line in log.splitlines():
        if found := RECORD.match(line):
            if current:
                yield current, more
            current, more = found, []
        else:
            more.append(line)
    if current:
        yield current, more


def complaints(log: str, allowed: list[tuple[str, str]] = ALLOWED) -> list[str]:
    """Return the records of level WARNING and above that nothing explains."""
    return [
        "\n".join([record[0], *more])
        for record, more in records(log)
        if record["level"] in BAD_LEVELS
        and not any(re.search(pattern, record[0]) for pattern, _why in allowed)
    ]
