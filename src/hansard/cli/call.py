"""One run of a command: its options, the screens, the server it speaks to."""

import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from hansard.cli import terminal
from hansard.cli.answer import entries
from hansard.cli.connection import Connection, Target, find
from hansard.cli.terminal import Piece

Lines = Iterable[tuple[Piece, ...]]


class Output(StrEnum):
    """How answers are printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Options:
    """The options that every command takes; None is not given."""

    server: str | None = None
    data_dir: Path | None = None
    output: Output | None = None
    quiet: bool | None = None

    def over(self, other: "Options") -> "Options":
        """These options, and the other's where these are not given."""
        names = ("server", "data_dir", "output", "quiet")
        missing = {n: getattr(other, n) for n in names if getattr(self, n) is None}
        return replace(self, **missing)


class Call:
    """What a command works with."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.environ = os.environ
        self.out, self.err = terminal.screens(self.environ)

    @property
    def output(self) -> Output:
        """How answers are printed."""
        return self.options.output or Output.TABLE

    @property
    def now(self) -> int:
        """The time in ms UTC."""
        return time.time_ns() // 1_000_000

    @cached_property
    def data_dir(self) -> Path:
        """The data folder: flag, environment, settings file, XDG default."""
        from hansard import config

        return config.load(self.environ, data_dir=self.options.data_dir).data_dir

    @property
    def width(self) -> int | None:
        """Columns to stay within; None when no person looks at the output."""
        return terminal.columns() if self.out.is_terminal else None

    @property
    def names_a_server(self) -> bool:
        """Whether the caller said which server is meant."""
        return bool(self.options.server or self.environ.get("HANSARD_URL"))

    def target(self) -> Target:
        """Where the server is now."""
        return find(self.options.server, self.data_dir, self.environ)

    @cached_property
    def connection(self) -> Connection:
        """The connection to the server."""
        return Connection(self.target())

    def reconnect(self) -> Connection:
        """A new connection, found again: a restarted server may have moved."""
        self.close()
        self.__dict__.pop("connection", None)
        return self.connection

    def get(self, path: str, **query: str) -> Any:
        """Read something from the server."""
        return self.connection.request("GET", path, list(query.items()))

    def note(self, *pieces: Piece) -> None:
        """Say something beside the data."""
        if not self.options.quiet:
            self.err.line(*pieces)

    def show(self, value: Any, lines: Callable[[], Lines]) -> None:
        """Print an answer: its lines for people, or the API's own objects."""
        if self.output is Output.TABLE:
            self.out.lines(lines())
        elif self.output is Output.JSON:
            self.out.json(json.dumps(value, ensure_ascii=False, indent=2))
        else:
            for entry in entries(value):
                self.json_line(entry)

    def close(self) -> None:
        """Let go of the connection."""
        if "connection" in self.__dict__:
            self.connection.close()

    def json_line(self, value: Any) -> None:
        """Print a JSON value on one line."""
        self.out.json(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
