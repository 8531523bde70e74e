"""Figures of several rounds as a table: the median and the spread."""

from statistics import median


def spread(values: list[float], digits: int = 1) -> str:
    """The median, with the least and the most of several rounds."""
    if not values:
        return "-"
    low, middle, high = min(values), median(values), max(values)
    if len(values) == 1:
        return f"{middle:.{digits}f}"
    return f"{middle:.{digits}f} ({low:.{digits}f}..{high:.{digits}f})"


def quantile(values: list[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def show(heads: list[str], rows: list[list[str]]) -> None:
    """Print a table as Markdown, so that it can be pasted into a page."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    print(_line(heads, widths))
    print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    for row in rows:
        print(_line(row, widths))
    print(flush=True)


def _line(cells, widths):
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "| " + " | ".join(padded) + " |"
