"""`redact test`: what would be taken out of a file, asked in pieces of whole lines; and
`redact create`: rules as the setting `redaction_rules` reads them."""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from hansard.cli import commands, grammar, views
from hansard.cli.answer import parts
from hansard.cli.call import Call, Output
from hansard.cli.commands import Special
from hansard.cli.failure import Exit, Failure
from hansard.cli.grammar import Values
from hansard.domain.draft import Json
from hansard.domain.operation import Operation

_PIECE = 192 * 1024
_TOML = ".toml"
_BESIDE = frozenset({"title", "description", "minVersion"})
"""What a file of rules may hold beside them and be rules alone."""


def create(call: Call, operation: Operation, values: Values) -> None:
    """Add the rules of a TOML file, or one rule as JSON.

    Raises:
        Failure: a rule cannot be used; of a file then none is added.
    """
    file: str | None = values.pop("file")
    said = str(values.get("rule") or "")
    if file is None and said.startswith("@") and said.endswith(_TOML):
        file, values["rule"] = said[1:], None
    if (file is None) == (values.get("rule") is None):
        raise typer.BadParameter("give a FILE.toml or --rule")
    if file is None:
        commands.plain(call, operation, values)
        return
    for rule in _rules(file):
        made: Json = commands.send(call, operation, {**values, "rule": rule})
        call.show(made, lambda made=made: views.lines(operation.name, made, call))


def _rules(file: str) -> list[Json]:
    """The rules of a TOML file, each of which can be used."""
    from hansard.redaction import document

    try:
        text = _bytes(file).decode()
        table = tomllib.loads(text)
        document.read([text])
    except ValueError as problem:
        raise Failure(f"{file}: {problem}", Exit.USAGE) from problem
    rules: list[Json] = table.pop("rules", [])
    more = sorted(table.keys() - _BESIDE)
    if more or not rules:
        told = f"`{more[0]}` is for all rules of a file" if more else "there is no [[rules]] in it"
        hint = "name the file in the setting redaction_rules" if more else None
        raise Failure(f"{file}: {told}", Exit.USAGE, hint=hint)
    return rules


def test(call: Call, operation: Operation, values: Values) -> None:
    """Show a file as it would be kept, and beside it what was taken out.

    Raises:
        Failure: the file cannot be read.
    """
    text = _read(str(values["text"]))
    taken: Counter[str] = Counter()
    shown: list[str] = []
    found: list[Json] = []
    for piece in _pieces(text):
        answer: Json = commands.send(call, operation, {"text": piece})
        shown.append(str(answer["text"]))
        for redaction in parts(answer, "redactions"):
            found.append(redaction)
            taken[str(redaction.get("rule"))] += int(redaction.get("count") or 0)
    value: Any = {"type": "redaction_test", "text": "".join(shown), "redactions": found}
    call.show(value, lambda: [(line,) for line in "".join(shown).splitlines()])
    call.out.flush()
    if call.output is Output.TABLE:
        told = ", ".join(f"{rule} {count}" for rule, count in taken.most_common())
        call.note(f"Taken out: {told}." if taken else "Nothing would be taken out.")


def _read(name: str) -> str:
    return _bytes(name).decode("utf-8", "replace")


def _bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).expanduser().read_bytes()
    except OSError as problem:
        raise Failure(f"{name}: {problem.strerror or problem}") from problem


def _pieces(text: str) -> Iterator[str]:
    """A text in pieces that end with a line, where lines are not too long for that."""
    at = 0
    while at < len(text):
        end = at + _PIECE
        if end < len(text):
            line = text.rfind("\n", at, end) + 1
            end = line or end
        yield text[at:end]
        at = end


SPECIALS = {
    "redact.rule.create": Special(
        create,
        extras=(grammar.argument("file", "Rules in TOML; - is standard input", required=False),),
        optional=frozenset({"rule"}),
    ),
    "redact.test": Special(test, positional=frozenset({"text"})),
}
