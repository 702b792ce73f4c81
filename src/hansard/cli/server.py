"""The commands that need the server's own code: start it, look after its database."""

import signal
import sys
from types import FrameType
from typing import NoReturn

import typer

from hansard.cli import commands, doctor, grammar
from hansard.cli.call import Call
from hansard.cli.commands import Tree
from hansard.cli.connection import running_server
from hansard.cli.failure import Exit, Failure
from hansard.cli.grammar import Values
from hansard.cli.terminal import Styled
from hansard.domain.errors import Conflict

_DATABASE_URL = grammar.option("database_url", str, "sqlite:///FILE or postgresql://…")


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
        hint = f"it runs at {running}; open it with: hansard login --open" if running else None
        raise Failure(problem.message, Exit.CONFLICT, hint=hint) from problem
    raise typer.Exit(code)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def upgrade(call: Call, values: Values) -> None:
    """Bring the database's schema up to date; does what the next start would do."""
    from hansard.store import schema

    with doctor.opened(_database(call, values)) as store:
        old, new = schema.versions(store)
        schema.upgrade(store)
    answer = {"type": "schema", "from": old, "to": new}
    told = f"Upgraded {old or 'an empty database'} to {new}."
    if old == new:
        told = f"The schema is up to date ({new})."
    call.show(answer, lambda: [(told,)])


def check(call: Call, values: Values) -> None:
    """Look for damage in the database.

    Raises:
        Failure: there is some, or there is no database.
    """
    from hansard.store import schema

    url = _database(call, values)
    file = doctor.database_file(url)
    if file is not None and not file.exists():
        raise Failure(f"there is no database {file}", Exit.NOT_FOUND)
    with doctor.opened(url) as store:
        at, newest = schema.versions(store)
        damage = store.check()
    answer = {"type": "check", "schema": at, "newest": newest, "damage": damage}
    found = [(Styled("Damaged: ", "problem"), text) for text in damage]
    call.show(answer, lambda: found or [(f"No damage found; schema {at}.",)])
    if damage:
        raise Failure("the database is damaged: restore a backup")


def _database(call: Call, values: Values) -> str:
    """The address of the database that is meant."""
    from hansard import config

    folder = call.options.data_dir
    return config.load(data_dir=folder, database_url=values["database_url"]).database


def add(tree: Tree) -> None:
    """Add the commands of this machine's server."""
    folder = (grammar.DATA_DIR,)
    tree.add(
        "up",
        "Start Hansard: server, web page, import",
        [
            grammar.option("host", str, "Address to bind; 127.0.0.1"),
            grammar.option("port", int, "Port to bind; 4777, 0 takes a free one"),
            _DATABASE_URL,
            grammar.option("no_open", bool, "Do not open the browser", "--no-open"),
            grammar.option("no_import", bool, "Import nothing at the start", "--no-import"),
            grammar.option("demo", bool, "Load sample sessions", "--demo"),
        ],
        commands.runner(up),
        shared=folder,
    )
    tree.add(
        "db upgrade",
        "Bring the schema up to date; the next start would do it too",
        [_DATABASE_URL],
        commands.runner(upgrade),
        shared=grammar.LOCAL,
    )
    tree.add(
        "db check",
        "Look for damage",
        [_DATABASE_URL],
        commands.runner(check),
        shared=grammar.LOCAL,
    )
    tree.add(
        "doctor",
        "Say what runs, where the data lies, what is wrong",
        [],
        commands.runner(doctor.run),
        shared=grammar.LOCAL,
    )
