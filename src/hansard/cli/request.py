"""From the values of a command to the request of its operation."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import typer

from hansard.cli import figures
from hansard.domain.draft import Json
from hansard.domain.operation import Operation, Param

AGES = {"since"}
"""Parameters that take an instant, and here also an age."""
AGE_HELP = "an age (45m, 2h, 3d, 1w), a date or an instant (2026-01-31T09:00:00Z)"


def path_of(operation: Operation, values: Mapping[str, Any]) -> str:
    """The path with its identifiers filled in; a key may hold slashes, so they are quoted."""
    names = [param.name for param in operation.params if param.where == "path"]
    return operation.path.format(**{name: quote(values[name], safe="") for name in names})


def query_of(operation: Operation, values: Mapping[str, Any], now: int) -> list[tuple[str, str]]:
    """The query: lists repeat their name, times may be given as an age (``2h``)."""
    pairs: list[tuple[str, str]] = []
    for param in operation.params:
        value = values.get(param.name)
        if param.where != "query" or value is None:
            continue
        if isinstance(value, bool):
            pairs.append((param.name, "true" if value else "false"))
        elif isinstance(value, list):
            pairs += [(param.name, str(entry)) for entry in cast("list[Any]", value)]
        else:
            text = str(value)
            pairs.append((param.name, _instant(param, text, now) if param.name in AGES else text))
    return pairs


def _instant(param: Param, text: str, now: int) -> str:
    """The instant that an age or a time names.

    Raises:
        typer.BadParameter: it is neither.
    """
    at = figures.before(text, now)
    if figures.parsed(at) is None:
        raise _bad(param, f"{text!r} is no time: give {AGE_HELP}")
    return at


def body_of(operation: Operation, values: Mapping[str, Any]) -> Json | None:
    """The JSON body; None for an operation that has none.

    Raises:
        typer.BadParameter: a JSON value is not what the operation takes.
    """
    params = [param for param in operation.params if param.where == "body"]
    given = {p.name: _json(p, values[p.name]) for p in params if values.get(p.name) is not None}
    return given if params else None


def _json(param: Param, value: Any) -> Any:
    if param.type == "strings":
        # An empty text clears a list: no option at all leaves it as it is.
        return [] if value == [""] else value
    if param.type not in ("object", "objects") or not isinstance(value, str):
        return value
    found = _parsed(param, value)
    if param.type == "objects" and isinstance(found, dict):
        return [found]
    wanted = list if param.type == "objects" else dict
    if not isinstance(found, wanted):
        raise _bad(param, f"a JSON {'list' if wanted is list else 'object'} is needed")
    return cast(Any, found)


def _parsed(param: Param, text: str) -> Any:
    try:
        if text == "@-":
            text = sys.stdin.read()
        elif text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8")
        return json.loads(text, parse_constant=_refuse)
    except OSError as problem:
        raise _bad(param, f"{text[1:]}: {problem.strerror}") from problem
    except ValueError as problem:
        raise _bad(param, f"not JSON: {problem}") from problem


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _bad(param: Param, message: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint=f"--{param.name.replace('_', '-')}")
