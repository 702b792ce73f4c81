"""The command `hansard`: its tree, its options, and how it ends."""

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from hansard import __version__
from hansard.cli import (
    access,
    commands,
    context,
    database,
    description,
    imports,
    many,
    record,
    redaction,
    search,
    server,
    session,
    terminal,
)
from hansard.cli.call import Options, Output
from hansard.cli.commands import Tree
from hansard.cli.failure import Failure, exit_code
from hansard.cli.terminal import Screen, Styled
from hansard.domain.errors import HansardError

SPECIALS = (
    session.SPECIALS
    | context.SPECIALS
    | search.SPECIALS
    | access.SPECIALS
    | imports.SPECIALS
    | record.SPECIALS
    | database.SPECIALS
    | many.SPECIALS
    | redaction.SPECIALS
)
_HELP = "Hansard: the record and the control room of AI-agent sessions."


def build() -> typer.Typer:
    """The whole command tree."""
    app = typer.Typer(
        help=_HELP,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_before)
    tree = Tree(app)
    server.add(tree)
    database.add(tree)
    description.add(tree)
    commands.add_operations(tree, SPECIALS)
    session.add_aliases(tree)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; the process ends with one of `failure.Exit`.

    Args:
        arguments: the words after the command's name; the process's own by default.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        build()(arguments, prog_name="hansard")
    except Failure as failure:
        _end(failure)
    except HansardError as problem:
        _end(Failure(problem.message, exit_code(problem.type, problem.status)))


def _end(failure: Failure) -> None:
    """Say on standard error what went wrong, and end with its code."""
    terminal.finish()
    screen = Screen(sys.stderr, colour=terminal.wants_colour(sys.stderr, os.environ))
    request = f" ({failure.request_id})" if failure.request_id else ""
    screen.line(Styled("hansard: ", "problem"), failure.message, Styled(request, "dim"))
    if failure.hint:
        screen.line("  ", failure.hint)
    sys.exit(failure.code)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"hansard {__version__}")
        raise typer.Exit


def _before(
    context: typer.Context,
    server_url: Annotated[
        str | None, typer.Option("--server", help="Address of the server; HANSARD_URL")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Data folder; HANSARD_DATA_DIR")
    ] = None,
    output: Annotated[
        Output | None, typer.Option("-o", "--output", help="table, json or jsonl")
    ] = None,
    quiet: Annotated[bool | None, typer.Option("--quiet", help="Nothing beside the data")] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version")
    ] = False,
) -> None:
    context.obj = Options(server_url, data_dir, output, quiet)
