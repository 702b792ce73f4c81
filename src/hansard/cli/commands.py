"""Commands made from the operations table: a new row is a new command, with no code here."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand
from typer.exceptions import TyperException

from hansard.cli import grammar, lookup, request, terminal, views
from hansard.cli.call import Call, Options
from hansard.cli.grammar import Values
from hansard.domain.draft import Json
from hansard.domain.operation import Operation
from hansard.domain.operations import OPERATIONS

Run = Callable[[Call, Operation, Values], None]

NOUNS = {
    "session": "Sessions: list, read, follow, change",
    "agent": "Agents: what may be run",
    "bulk": "Changes of many sessions, in the background",
    "view": "Saved views of the list",
    "file": "Files that events may refer to",
    "key": "API keys: what a program may do",
    "redact": "Redaction: its rules, and what they take out",
    "db": "The database of this machine",
}

ALL = grammar.option("all", bool, "Follow every page", "--all")


@dataclass(frozen=True, slots=True)
class Special:
    """What a command does beyond its row of the table.

    Attributes:
        run: does it, instead of one request and its view.
        extras: parameters that the table does not have, because they are about this machine,
            the screen or the keyboard.
        positional: parameters given as words.
        optional: required parameters that an extra can stand in for.
        shared: the options that it has in common with every command.
    """

    run: Run
    extras: tuple[inspect.Parameter, ...] = ()
    positional: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    shared: tuple[inspect.Parameter, ...] = grammar.GLOBALS


class Worded(TyperCommand):
    """A command that takes words: one that begins with ``-`` looks like an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line, and say what to do about such a word."""
        try:
            return super().parse_args(ctx, args)
        except TyperException as problem:
            short = not str(getattr(problem, "option_name", "--")).startswith("--")
            if short and any(param.param_type_name == "argument" for param in self.params):
                problem.message += ". Put -- before words that begin with -"
            raise


class Tree:
    """The commands by their words; groups appear with their first command."""

    def __init__(self, app: typer.Typer) -> None:
        self.app = app
        self._groups: dict[str, typer.Typer] = {}

    def add(
        self,
        words: str,
        summary: str,
        parameters: Iterable[inspect.Parameter],
        run: Callable[[Options, Values], None],
        *,
        shared: tuple[inspect.Parameter, ...] = grammar.GLOBALS,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a command with the options that it shares with others."""
        noun, _, verb = words.rpartition(" ")
        given = tuple(parameters)

        def command(context: typer.Context, **values: Any) -> None:
            above: Options = context.obj or Options()
            run(grammar.global_options(values).over(above), values)

        context = inspect.Parameter(
            "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
        )
        command.__signature__ = inspect.Signature([context, *given, *shared])  # pyright: ignore[reportFunctionMemberAccess]
        self._group(noun).command(
            verb, cls=Worded, help=summary, context_settings=dict(settings or {})
        )(command)

    def _group(self, noun: str) -> typer.Typer:
        if not noun:
            return self.app
        if noun not in self._groups:
            group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
            self._groups[noun] = group
            self.app.add_typer(group, name=noun, help=NOUNS.get(noun, noun.capitalize()))
        return self._groups[noun]


def add_operations(
    tree: Tree, specials: Mapping[str, Special], operations: Iterable[Operation] = OPERATIONS
) -> None:
    """Add a command for every operation that has words for one."""
    for operation in operations:
        if operation.cli:
            special = specials.get(operation.name, Special(plain))
            tree.add(
                operation.cli,
                operation.summary,
                parameters(operation, special),
                _runner(operation, special),
                shared=special.shared,
            )


def parameters(operation: Operation, special: Special) -> list[inspect.Parameter]:
    """The parameters of an operation's command: the row's, then the special ones."""
    own = [
        grammar.parameter(
            param,
            positional=param.name in special.positional,
            optional=param.name in special.optional,
        )
        for param in operation.params
    ]
    pages = (ALL,) if is_paged(operation) and special.run is plain else ()
    return [*own, *special.extras, *pages]


def is_paged(operation: Operation) -> bool:
    """Whether the answer comes in pages."""
    return any(param.name == "page" for param in operation.params)


def plain(call: Call, operation: Operation, values: Values) -> None:
    """Send one request and show its answer."""
    if values.pop("all", None):
        value = whole(call, operation, values)
    else:
        value = send(call, operation, values)
        if isinstance(value, dict) and value.get("next_page"):  # pyright: ignore[reportUnknownMemberType]
            call.note("There is more: --all shows it.")
    call.show(value, lambda: views.lines(operation.name, value, call))


def send(call: Call, operation: Operation, values: Values) -> Any:
    """Send an operation's request; gives the JSON answer."""
    return call.connection.request(
        operation.method,
        request.path_of(operation, values),
        request.query_of(operation, values, call.now),
        request.body_of(operation, values),
    )


def whole(call: Call, operation: Operation, values: Values) -> Json:
    """Every page of a list as one."""
    page: Json = send(call, operation, values)
    found: Json = {**page, "data": list(page["data"])}
    while page.get("next_page"):
        page = send(call, operation, {**values, "page": page["next_page"]})
        found["data"] += page["data"]
    return {**found, "next_page": None}


def runner(run: Callable[[Call, Values], None]) -> Callable[[Options, Values], None]:
    """A command that is not in the table: made a call, and closed after it."""

    def start(options: Options, values: Values) -> None:
        call = Call(options)
        try:
            lookup.identify(call, values)
            run(call, values)
            call.out.flush()
        except BrokenPipeError:
            # The reader has seen enough (``| head``): that is no failure.
            terminal.finish()
            raise typer.Exit from None
        finally:
            call.close()

    return start


def _runner(operation: Operation, special: Special) -> Callable[[Options, Values], None]:
    return runner(lambda call, values: special.run(call, operation, values))
