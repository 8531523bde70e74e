"""When notices and bulk may reach somebody, by the clock where that person is.

Where somebody is, only their number tells. Its area code is what US courts presume; a
mobile phone moves with its owner all the same. So where a number leaves several time
zones possible, a text must be allowed in every one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from math import inf
from typing import NamedTuple
from zoneinfo import ZoneInfo

import phonenumbers
import phonenumbers.timezone as number_zones

from . import numbers
from .zones import zone as zone_of

# The area codes of each state and province, from phonenumbers' tables (9.0.43); its
# geocoder would do the same for half a second and much memory. 902 is Prince Edward
# Island's too; 867 belongs to three territories.
_AREA_CODES = """
AK 907
AL 205 251 256 334 659 938
AR 327 479 501 870
AZ 480 520 602 623 928
CA 209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657
   661 669 707 714 738 747 760 805 818 820 831 840 858 909 916 925 949 951
CO 303 719 720 748 970 983
CT 203 475 860 959
DC 202 771
DE 302
FL 239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904
   941 954
GA 229 404 470 478 678 706 762 770 912 943
HI 808
IA 319 515 563 641 712
ID 208 986
IL 217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 872
IN 219 260 317 463 574 765 812 930
KS 316 620 785 913
KY 270 364 502 606 859
LA 225 318 337 504 985
MA 339 351 413 508 617 774 781 857 978
MD 227 240 301 410 443 667
ME 207
MI 231 248 269 313 517 586 616 734 810 906 947 989
MN 218 320 507 612 651 763 952
MO 235 314 417 557 573 636 660 816 975
MS 228 601 662 769
MT 406
NC 252 336 472 704 743 828 910 919 980 984
ND 701
NE 308 402 531
NH 603
NJ 201 551 609 640 732 848 856 862 908 973
NM 505 575
NV 702 725 775
NY 212 315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934
OH 216 220 234 283 326 330 380 419 440 513 567 614 740 937
OK 405 539 572 580 918
OR 458 503 541 971
PA 215 223 267 272 412 445 484 570 582 610 717 724 814 835 878
RI 401
SC 803 821 839 843 854 864
SD 605
TN 423 615 629 731 865 901 931
TX 210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903
   915 936 940 945 956 972 979
UT 385 435 801
VA 276 434 540 571 686 703 757 804 826 948
VT 802
WA 206 253 360 425 509 564
WI 262 274 353 414 534 608 715 920
WV 304 681
WY 307
AB 368 403 587 780 825
BC 236 250 604 672 778
MB 204 431 584
NB 428 506
NL 709 879
NS 782 902
ON 226 249 289 343 365 382 416 437 519 547 548 613 647 683 705 742 753 807 905 942
QC 263 354 367 418 438 450 468 514 579 581 819 873
SK 306 474 639
"""

CONTIGUOUS_US = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
MOST_OF_AN_AREA = 8  # zones; a number with more than any area has is from anywhere
DAYS_AHEAD = 9  # a rule repeats after seven days
_DAY = 86400
_UNKNOWN = "Etc/Unknown"  # phonenumbers' word for it


class Rule(NamedTuple):
    """Allowed hours, by the local clock; several rules of one place add up."""

    country: str  # ISO code, "" = everywhere
    state: str  # such as "FL", "" = the whole country
    weekdays: frozenset[int]  # 0 = Monday
    opens: float  # hours, 9.0 = nine o'clock
    closes: float  # hours, at most 24.0 = midnight


class Window(NamedTuple):
    """A time span, epoch seconds; it does not include ``closes``."""

    opens: float
    closes: float


class Place(NamedTuple):
    """Where a number's owner is presumed to be; "" is not known."""

    country: str
    state: str
    zones: tuple[str, ...]


def _by_area_code(table: str) -> dict[str, str]:
    states, state = {}, ""
    for word in table.split():
        if word.isdigit():
            states[word] = state
        else:
            state = word
    return states


_STATES = _by_area_code(_AREA_CODES)
ANY_TIME = Window(-inf, inf)
DAILY = frozenset(range(7))


def place(number: str) -> Place:
    """Where a stored number is at home; without zones when it is no phone number.

    A North American number that tells no area, such as a toll-free one, has the zones
    of the contiguous US: all zones of +1 together, Hawaii to Guam, share no hour.
    """
    # North America's tables end with the exchange, the first seven digits.
    if number.startswith("+1") and len(number) == 12:
        return _place(number[:8] + "0143")
    return _place(number)


def window(number: str, now: float, rules: Sequence[Rule]) -> Window | None:
    """The present or next time span in which a number may be texted.

    ``opens`` is at most ``now`` when it may be texted now. The most specific place
    that has a rule decides: the state, else the country, else everywhere; a weekday
    that none of its rules names is closed. Without any rule it is :data:`ANY_TIME`.

    :return: None when nothing opens within nine days: no rule has a day, or the zones
        have no hour in common
    """
    return at_place(place(number), now, rules)


def at_place(home: Place, now: float, rules: Sequence[Rule]) -> Window | None:
    """As :func:`window`, of a place."""
    own = deciding(home, rules)
    if not own or not home.zones:
        return ANY_TIME if not own else None
    for span in _windows(home.zones, own, now // _DAY):
        if span.closes > now:
            return span
    return None


def deciding(home: Place, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules that count for a place."""
    for country, state in ((home.country, home.state), (home.country, ""), ("", "")):
        own = tuple([r for r in rules if r.country == country and r.state == state])
        if own:
            return own
    return ()


@lru_cache(maxsize=65536)
def _place(number: str) -> Place:
    parsed = numbers.stored(number)
    if parsed is None:
        return Place("", "", ())
    country = numbers.country(number)
    state = _STATES.get(number[2:5], "") if country in ("US", "CA") else ""
    zones = _zones(parsed)
    if number.startswith("+1") and len(zones) > MOST_OF_AN_AREA:
        zones = CONTIGUOUS_US
    return Place(country, state, zones)


def _zones(parsed: phonenumbers.PhoneNumber) -> tuple[str, ...]:
    zones = number_zones.time_zones_for_number(parsed)
    if not set(zones) - {_UNKNOWN}:
        zones = number_zones.time_zones_for_geographical_number(parsed)
    return tuple(z for z in zones if z != _UNKNOWN) or ("UTC",)


@lru_cache(maxsize=4096)
def _windows(
    zones: tuple[str, ...], rules: tuple[Rule, ...], day: float
) -> tuple[Window, ...]:
    """The windows from two days before a UTC day on, in every zone at once."""
    first = datetime.fromtimestamp(day * _DAY, timezone.utc).date()
    dates = [first + timedelta(days=n) for n in range(-2, DAYS_AHEAD + 1)]
    common = [ANY_TIME]
    for zone in zones:
        common = _both(common, _local(zone_of(zone), rules, dates))
    return tuple(common)


def _local(zone: ZoneInfo, rules: Sequence[Rule], dates: list[date]) -> list[Window]:
    spans = sorted(
        Window(_opening(day, rule.opens, zone), _closing(day, rule.closes, zone))
        for day in dates
        for rule in rules
        if day.weekday() in rule.weekdays
    )
    joined: list[Window] = []
    for span in spans:
        if joined and span.opens <= joined[-1].closes:
            span = Window(joined[-1].opens, max(joined[-1].closes, span.closes))
            joined.pop()
        if span.opens < span.closes:
            joined.append(span)
    return joined


def _both(ours: list[Window], theirs: list[Window]) -> list[Window]:
    """What lies in one window of each."""
    common = [
        Window(max(a.opens, b.opens), min(a.closes, b.closes))
        for a in ours
        for b in theirs
        if a.opens < b.closes and b.opens < a.closes
    ]
    return sorted(common)


def _opening(day: date, hour: float, zone: ZoneInfo) -> float:
    """The last moment that the local clock shows this hour; right after, in a gap."""
    return max(_moments(day, hour, zone))


def _closing(day: date, hour: float, zone: ZoneInfo) -> float:
    """The first moment that the local clock shows this hour; before, in a gap."""
    return min(_moments(day, hour, zone))


def _moments(day: date, hour: float, zone: ZoneInfo) -> list[float]:
    wall = datetime.combine(day, time()) + timedelta(hours=hour)
    # A day begins when the clock first shows midnight or, in a gap, what follows it.
    folds = (0,) if wall.time() == time() else (0, 1)
    return [wall.replace(tzinfo=zone, fold=fold).timestamp() for fold in folds]
