"""The words of the session list: tabs, orders, columns, densities, values of its filters."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hansard.domain import money, state
from hansard.domain.errors import InvalidRequest

FIGURES = (
    *("title", "agent", "messages", "tokens_in", "tokens_out", "cache_read", "tool_calls"),
    *("cost", "turns", "errors", "duration"),
)
"""Columns that a list is sorted by beside times (S1-13)."""
SORTS = (
    *("active_first", "-updated_at", "updated_at", "-created_at", "created_at"),
    *(f"{turned}{name}" for name in FIGURES for turned in ("-", "")),
)
HAS = ("error", "approval", "edits")
"""What a session may have: an error, an approval that waits, changed files."""
AMOUNT = r"^[0-9]{1,9}(\.[0-9]{1,6})?$"
_AMOUNT = re.compile(AMOUNT.replace("$", r"\Z"))
TABS: dict[str, dict[str, Any]] = {
    "all": {},
    "needs-you": {"attention": True},
    "active": {"active": True},
    "chats": {"kinds": ("chat",)},
    "flows": {"kinds": ("flow_run", "automation_run")},
    "tasks": {"kinds": ("background_task",)},
    "automations": {"kinds": ("automation_run",)},
    "archived": {"archived": True},
}
"""Tab → what it narrows the list to, by the store's names (ui.md B.3, requirements.md 6.1)."""

COLUMNS = (
    "status",
    "source",
    "type",
    "agent",
    "owner",
    "channel",
    "progress",
    "tools",
    "messages",
    "tokens_in",
    "tokens_out",
    "cache_read",
    "tool_calls",
    "cost",
    "turns",
    "errors",
    "initiative",
    "tags",
    "where",
    "started",
    "duration",
    "updated",
    "actions",
)
"""Columns that a view may show, in the order of ui.md B.3."""
DENSITIES = ("comfortable", "compact")

WORDS: dict[str, Sequence[str]] = {
    "state": state.STATES,
    "kind": state.KINDS,
    "mode": state.MODES,
    "origin": state.ORIGINS,
    "tone": ("active", "success", "problem", "attention", "neutral"),
    "statuses": ("idle", "running", "rescheduling", "terminated"),
    "has": HAS,
}
"""Filter → the words that it knows; agents, owners, channels and connectors are open."""


def check_words(said: Mapping[str, Sequence[str]]) -> None:
    """Refuse values that a filter over a closed list can never find.

    Raises:
        InvalidRequest: with the words there are.
    """
    for name, values in said.items():
        for value in values:
            if value not in WORDS[name]:
                raise InvalidRequest(f"{name}: one of {', '.join(WORDS[name])}")


def check_word(name: str, value: str, among: Sequence[str]) -> None:
    """Refuse a word that is not in its list.

    Raises:
        InvalidRequest: with the words there are.
    """
    if value not in among:
        raise InvalidRequest(f"{name}: one of {', '.join(among)}")


def micros(name: str, amount: str) -> int:
    """An amount in dollars, `0.25`, in micro-units.

    Raises:
        InvalidRequest: it is none.
    """
    if not _AMOUNT.match(amount):
        raise InvalidRequest(f"{name}: an amount in dollars like 5 or 0.25")
    return money.micros(Decimal(amount))
