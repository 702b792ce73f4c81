"""A measured figure: medians over rounds, next to the raw limit of the same rounds."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Literal

Direction = Literal["at least", "at most"]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should reach, and the floor (or ceiling) below which it has failed.

    Attributes:
        on: whether the goal is set on the ratio to raw or on the value itself.
    """

    direction: Direction
    goal: float
    floor: float | None = None
    on: Literal["ratio", "value"] = "ratio"

    def verdict(self, measured: float) -> str:
        """`goal`, `floor` or `missed`."""
        if self._holds(measured, self.goal):
            return "goal"
        if self.floor is not None and self._holds(measured, self.floor):
            return "floor"
        return "missed"

    def _holds(self, measured: float, bound: float) -> bool:
        return measured >= bound if self.direction == "at least" else measured <= bound


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the published table.

    Attributes:
        id: stable name, `append.one`.
        values: one measured value a round.
        beside: what the ratio is taken to, in words; empty when the figure stands alone.
        raw: the raw limit, one value a round.
    """

    id: str
    what: str
    unit: str
    values: Sequence[float]
    beside: str = ""
    raw: Sequence[float] = ()
    goal: Goal | None = None

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return median(self.values)

    @property
    def limit(self) -> float | None:
        """The median of the raw rounds."""
        return median(self.raw) if self.raw else None

    @property
    def ratio(self) -> float | None:
        """The median of the rounds' own ratios: each compares neighbours in time."""
        if not self.raw:
            return None
        return median(own / raw for own, raw in zip(self.values, self.raw, strict=True))

    @property
    def verdict(self) -> str:
        """How it stands to its goal; empty without one."""
        if self.goal is None:
            return ""
        measured = self.value if self.goal.on == "value" else self.ratio
        return "" if measured is None else self.goal.verdict(measured)

    def to_json(self) -> dict[str, Any]:
        """Everything, for programs."""
        return {
            **asdict(self),
            "value": self.value,
            "limit": self.limit,
            "ratio": self.ratio,
            "verdict": self.verdict,
        }


@dataclass(slots=True)
class Section:
    """The figures of one benchmark, and what has to be known to read them."""

    name: str
    title: str
    figures: list[Figure] = field(default_factory=list[Figure])
    facts: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def add(self, figure: Figure) -> None:
        """Put a figure into the table."""
        self.figures.append(figure)

    def say(self, what: str, value: str) -> None:
        """Note a condition or a count that belongs to the figures."""
        self.facts.append((what, value))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
