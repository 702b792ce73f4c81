"""Rules made ready to be applied together: what is switched off, and sets that gate the rest."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import re2

from hansard.redaction.document import read
from hansard.redaction.rules import SHIPPED, Rule

_PACKS = Path(__file__).with_name("packs")
_SET_MEMORY = 32 << 20


class Gates:
    """The gates of rules of ours: short forms that lie in two common RE2 sets.

    Two, because in one the loops of the contexts multiply with the prefixes of the formats.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        formats = [rule for rule in rules if rule.context is None]
        contexts = [rule for rule in rules if rule.context is not None]
        self._sets = [(_compiled(group), group) for group in (formats, contexts) if group]

    def suspects(self, text: bytes) -> list[Rule]:
        """The rules whose gate matches."""
        return [
            group[number]
            for gates, group in self._sets
            for number in sorted(gates.Match(text) or ())
        ]


class Atoms:
    """Rules without a gate, such as users write: gated by the words that RE2 finds they need.

    The full forms of many such rules in one set would blow its automaton (kernel.md, section 4);
    their words are literals, and do not.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [rule for rule in rules if rule.pattern is not None]
        self._filter = re2.Filter()
        for rule in self._rules:
            if rule.pattern is not None:
                self._filter.Add(rule.pattern.pattern, _options(_SET_MEMORY))
        if self._rules:
            self._filter.Compile()

    def suspects(self, text: bytes) -> list[Rule]:
        """The rules whose words, keywords among them, stand in the text."""
        if not self._rules:
            return []
        numbers = self._filter.Match(text, True) or ()
        low = text.lower() if numbers else b""
        rules = (self._rules[number] for number in sorted(numbers))
        return [r for r in rules if not r.keywords or any(word in low for word in r.keywords)]


class RulePack:
    """Rules with everything that is shared to apply them.

    Attributes:
        rules: all rules, in order of precedence, those switched off among them.
        off: ids of rules that are not applied.
        keywords: lower-case; a text without any of them has no find, unless `unconditional`.
        unconditional: some rules have no gate, so every text is tried.
        ids: of all rules, as UTF-8.
    """

    def __init__(
        self,
        gated: Sequence[Rule],
        free: Sequence[Rule] = (),
        off: Iterable[str] = (),
        gates: Gates | None = None,
    ) -> None:
        """Make a pack.

        Args:
            gated: rules with a gate.
            free: rules without one.
            off: ids of rules that are not to be applied.
            gates: of `gated`, when another pack has them ready.
        """
        self.rules = (*gated, *free)
        self.off = frozenset(off)
        self.ids = frozenset(rule.id.encode() for rule in self.rules)
        self.keywords = tuple(sorted({word for rule in gated for word in rule.keywords}))
        self.unconditional = bool(free) or any(not rule.keywords for rule in gated)
        self._gated, self._free = tuple(gated), tuple(free)
        self._gates = gates or Gates(gated)
        self._atoms = Atoms([rule for rule in free if rule.id not in self.off])

    @classmethod
    def parse(cls, documents: Iterable[str], source: str = SHIPPED) -> "RulePack":
        """Read rules from TOML documents.

        Raises:
            BadRule: a document or a rule in it is not what it should be.
        """
        rules = read(documents, source).rules
        return cls(
            [rule for rule in rules if rule.gate is not None],
            [rule for rule in rules if rule.gate is None],
        )

    def extended(self, rules: Iterable[Rule], off: Iterable[str] = ()) -> "RulePack":
        """This pack with more rules, and with some switched off; the gates are shared."""
        free = (*self._free, *rules)
        return RulePack(self._gated, free, self.off | frozenset(off), self._gates)

    def candidates(self, text: bytes, places: Sequence[str] = ()) -> list[Rule]:
        """The rules whose full form matches somewhere in the text, filters not yet applied.

        Args:
            places: the files that the event is about.
        """
        return [
            rule
            for rule in self.suspects(text)
            if rule.pattern is not None
            and rule.pattern.search(text) is not None
            and rule.is_for(places)
        ]

    def suspects(self, text: bytes) -> list[Rule]:
        """The rules that are worth trying on a text: more than `candidates`, and never less."""
        found = (*self._gates.suspects(text), *self._atoms.suspects(text))
        return [rule for rule in found if rule.id not in self.off] if self.off else list(found)


@cache
def default_rules() -> RulePack:
    """The rules that ship with Hansard (`packs/*.toml`)."""
    return RulePack.parse(path.read_text("utf-8") for path in sorted(_PACKS.glob("*.toml")))


def _options(memory: int) -> re2.Options:
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False  # RE2 would write to stderr, past our log
    return options


def _compiled(rules: Iterable[Rule]) -> re2.Set:
    gates = re2.Set.SearchSet(_options(_SET_MEMORY))
    for rule in rules:
        gates.Add(rule.gate or "")
    gates.Compile()
    return gates
