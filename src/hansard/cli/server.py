"""The commands that need the server's own code: start it, look at this machine."""

import signal
import sys
from types import FrameType
from typing import NoReturn

import typer

from hansard.cli import commands, database, doctor, grammar
from hansard.cli.call import Call
from hansard.cli.commands import Tree
from hansard.cli.connection import running_server
from hansard.cli.failure import Exit, Failure, again
from hansard.cli.grammar import Values
from hansard.domain.errors import Conflict


def up(call: Call, values: Values) -> None:
    """Run the server in this process until it is told to stop."""
    from hansard import app, config

    settings = config.load(
        host=values["host"],
        port=values["port"],
        data_dir=call.options.data_dir,
        database_url=values["database_url"],
    )
    # Uvicorn stops at a signal and then raises it again: with the default handler the process
    # would die there, before the database is closed and the address taken back.
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = app.serve(
            settings,
            open_browser=not values["no_open"],
            import_default=not values["no_import"],
            demo=bool(values["demo"]),
        )
    except Conflict as problem:
        running = running_server(settings.data_dir)
        if running is None:
            raise
        told = f"Hansard runs already, at {running}"
        hint = f"open it with: {again('login --open')}"
        raise Failure(told, Exit.CONFLICT, hint=hint) from problem
    raise typer.Exit(code)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def add(tree: Tree) -> None:
    """Add the commands of this machine's server."""
    folder = (grammar.DATA_DIR,)
    tree.add(
        "up",
        "Start Hansard: server, web page, import",
        [
            grammar.option("host", str, "Address to bind; 127.0.0.1"),
            grammar.option("port", int, "Port to bind; 4777, 0 takes a free one"),
            database.URL,
            grammar.option("no_open", bool, "Do not open the browser", "--no-open"),
            grammar.option("no_import", bool, "Import nothing at the start", "--no-import"),
            grammar.option("demo", bool, "Load sample sessions", "--demo"),
        ],
        commands.runner(up),
        shared=folder,
    )
    tree.add(
        "doctor",
        "Say what runs, where the data lies, what is wrong",
        [grammar.option("full", bool, "Check every session, not a sample", "--full")],
        commands.runner(doctor.run),
        shared=grammar.LOCAL,
    )
