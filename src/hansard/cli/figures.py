"""Numbers and times as people read them (ui.md B.11)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hansard.domain import instant, money

UNKNOWN = "-"
_CENT = money.MICROS // 100
LEAVES = "The record is clean. Its words leave the search index within seconds."
"""What a delete or an erasing reset still has to do when it answers."""
_WEEK = 7 * instant.DAY
_UNITS = {"s": instant.SECOND, "m": instant.MINUTE, "h": instant.HOUR, "d": instant.DAY}


def count(number: int, noun: str) -> str:
    """``1 turn``, ``1,204 turns``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def sessions(number: int, deleted: int) -> str:
    """``79 sessions and 7 deleted`` of 86, tombstones among them."""
    return count(number - deleted, "session") + (f" and {deleted:,} deleted" if deleted else "")


def tokens(number: int | None) -> str:
    """``812``, ``12.4k``, ``1.23M``."""
    if number is None:
        return UNKNOWN
    if number < 1_000:
        return str(number)
    if number < 999_950:
        return f"{number / 1_000:.1f}k"
    return f"{number / 1_000_000:.2f}M"


def input_tokens(of: Mapping[str, Any]) -> int:
    """Everything the agent received: all token classes but the output (S0-12)."""
    return sum(v for name, v in of.items() if name != "output" and isinstance(v, int))


def cost(row: Mapping[str, Any]) -> str:
    """The cost of a session row with its basis: ``$0.042``, ``≥$1.20`` when models are unpriced.

    Unknown is ``-``, never zero.
    """
    micros: int | None = row.get("cost_micros")
    if micros is None:
        return UNKNOWN
    basis = row.get("usage_source")
    if row.get("unpriced_models") or basis == "lower_bound":
        return at_least(micros)
    return ("≈" if basis == "estimated" and micros >= _CENT else "") + dollars(micros)


def at_least(micros: int) -> str:
    """A sum of which parts are unknown: ``≥$1.20``, ``≥$0.004``, ``>$0`` for less than that."""
    if 0 < micros < _CENT:
        mills = micros * 1_000 // money.MICROS
        return f"≥$0.{mills:03d}" if mills else ">$0"
    return f"≥{dollars(micros)}"


def dollars(micros: int) -> str:
    """``$0``, ``<$0.01``, ``$0.042``, ``$12.30``, ``$1,204``."""
    if micros == 0:
        return "$0"
    if 0 < micros < _CENT:
        return "<$0.01"
    if abs(micros) < money.MICROS:
        return f"${micros / money.MICROS:.3f}"
    if abs(micros) < 1_000 * money.MICROS:
        return f"${micros / money.MICROS:,.2f}"
    return f"${micros / money.MICROS:,.0f}"


def size(count_of_bytes: int) -> str:
    """``640 B``, ``1.2 MB`` (decimal)."""
    number = float(count_of_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1_000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1_000
    return f"{number:.1f} TB"


def duration(ms: int) -> str:
    """``480 ms``, ``3.2 s``, ``4m 12s``, ``2h 05m``, ``3d 4h``."""
    if ms < instant.SECOND:
        return f"{ms} ms"
    if ms < instant.MINUTE:
        return f"{ms / 1000:.1f} s"
    if ms < instant.HOUR:
        return f"{ms // instant.MINUTE}m {ms % instant.MINUTE // 1000:02d}s"
    if ms < instant.DAY:
        return f"{ms // instant.HOUR}h {ms % instant.HOUR // instant.MINUTE:02d}m"
    return f"{ms // instant.DAY}d {ms % instant.DAY // instant.HOUR}h"


def ago(wire: str | None, now: int) -> str:
    """A time of the API as an age under a week, as a local date after that."""
    at = parsed(wire)
    if at is None:
        return UNKNOWN
    age = now - at
    if age < 5 * instant.SECOND:
        return "now"
    for unit, least in (("s", instant.MINUTE), ("m", instant.HOUR), ("h", instant.DAY)):
        if age < least:
            return f"{age // _UNITS[unit]}{unit}"
    if age < _WEEK:
        return f"{age // instant.DAY}d"
    return f"{_local(at):%-d %b %Y}"


def clock(wire: str | None) -> str:
    """The local time of day."""
    at = parsed(wire)
    return UNKNOWN if at is None else f"{_local(at):%H:%M:%S}"


def moment(wire: str | None) -> str:
    """The local date and time with its zone."""
    at = parsed(wire)
    return UNKNOWN if at is None else f"{_local(at):%Y-%m-%d %H:%M:%S %Z}".rstrip()


def parsed(wire: str | None) -> int | None:
    """A time of the API in ms UTC; None when it is none."""
    try:
        return instant.from_wire(wire) if wire else None
    except ValueError:
        return None


def before(text: str, now: int) -> str:
    """``2h`` (s, m, h, d, w) as the instant that long ago; other text as it is."""
    number, unit = text[:-1], text[-1:]
    factor = _WEEK if unit == "w" else _UNITS.get(unit)
    if factor is None or not (number.isascii() and number.isdecimal()):
        return text
    return instant.to_wire(now - int(number) * factor)


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone()
