"""`redact test`: what would be taken out of a file, asked in pieces of whole lines."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hansard.cli import commands
from hansard.cli.answer import parts
from hansard.cli.call import Call, Output
from hansard.cli.commands import Special
from hansard.cli.failure import Failure
from hansard.cli.grammar import Values
from hansard.domain.draft import Json
from hansard.domain.operation import Operation

_PIECE = 192 * 1024


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
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).expanduser().read_bytes()
    except OSError as problem:
        raise Failure(f"{name}: {problem.strerror or problem}") from problem
    return raw.decode("utf-8", "replace")


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


SPECIALS = {"redact.test": Special(test, positional=frozenset({"text"}))}
