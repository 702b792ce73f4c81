"""`import`: transcripts of other tools into the record, with or without a running server."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hansard.cli import commands, figures, views
from hansard.cli.answer import number, parts
from hansard.cli.call import Call, Lines
from hansard.cli.commands import Special
from hansard.cli.connection import NoServer
from hansard.cli.failure import Failure
from hansard.cli.grammar import Values
from hansard.cli.terminal import Piece, Styled
from hansard.domain.draft import Json
from hansard.domain.operation import Operation

if TYPE_CHECKING:
    from hansard.ingest.importer import Importer

_LOOK_S = 0.25
_READ = ("watching", "done", "failed")


def run(call: Call, operation: Operation, values: Values) -> None:
    """Import from paths (the default folders when there are none) and say what came of it.

    Raises:
        Failure: a source could not be read, what was named holds no session, or the server
            broke off.
    """
    paths: list[str] = values["paths"] or []
    try:
        if call.target().local:
            # The server's working folder is another one.
            paths = [str(Path(path).expanduser().absolute()) for path in paths]
        started = commands.send(call, operation, {**values, "paths": paths or None})
        sources = _follow(call, lambda: _asked(call, started["data"]))
        _show(call, sources)
        if values["watch"]:
            call.note("The server follows these files as they grow.")
    except NoServer:
        if call.names_a_server:
            raise
        sources = _alone(call, paths, values)
    if any(source["state"] == "failed" for source in sources):
        raise Failure("not everything could be imported")
    barren = [source["path"] for source in sources if paths and not source["files_total"]]
    if barren and not values["watch"]:
        raise Failure(f"no session that Hansard knows is in {', '.join(barren)}")


def _asked(call: Call, started: list[Json]) -> list[Json]:
    """What the server says now of the sources that were started."""
    mine = {source["path"] for source in started}
    return [s for s in call.get("/v1/imports")["data"] if s["path"] in mine]


def _follow(call: Call, look: Callable[[], list[Json]]) -> list[Json]:
    """Look until every source was read once; the progress shows on a terminal."""
    while True:
        sources = look()
        if all(source["state"] in _READ for source in sources):
            _progress(call, "")
            return sources
        _progress(call, _line(sources))
        time.sleep(_LOOK_S)


def _alone(call: Call, paths: list[str], values: Values) -> list[Json]:
    """Import without a server: this process opens the store, and keeps it while it watches."""
    from hansard import app, config
    from hansard.ingest import discover

    form, watching = values["format"], bool(values["watch"])
    trusted: list[str] = values["trust"] or []
    if paths:
        whole = [Path(path).expanduser().absolute() for path in paths]
        roots = [discover.named_root(path, form, trusted) for path in whole]
    else:
        roots = discover.default_roots(os.environ, Path.home())
    house = app.open_house(config.load(data_dir=call.options.data_dir))
    try:
        importer = house.importer
        importer.add(roots, watching=watching)
        sources = _follow(call, lambda: _told(importer))
        _show(call, sources)
        while watching and sources:
            time.sleep(_LOOK_S)
            before, sources = sources, _told(importer)
            if before != sources:
                call.note(_line(sources))
        return sources
    finally:
        house.close()


def _told(importer: "Importer") -> list[Json]:
    """The progress of every source, as the API gives it."""
    return [source.to_wire() for source in importer.progress]


def _show(call: Call, sources: list[Json]) -> None:
    value: Json = {"data": sources, "next_page": None}
    call.show(value, lambda: _summary(value, call))
    call.out.flush()


def _summary(value: Json, call: Call) -> Lines:
    """The table of sources, then why things were passed over."""
    sources: list[Json] = value["data"]
    if not sources:
        return [("Nothing to import: no session folders were found here.",)]
    return [*views.imports(value, call), *(line for source in sources for line in _why(source))]


def _why(source: Json) -> Iterator[tuple[Piece, ...]]:
    """What one source failed on, and its skipped records by reason."""
    if source.get("error"):
        yield (Styled("Failed: ", "problem"), f"{source['path']}: {source['error']}")
    records, files = Counter[str](), Counter[str]()
    examples: dict[str, str] = {}
    for one in parts(source, "skipped"):
        reason, count = str(one["reason"]), number(one, "records")
        if one["path"] == source["path"] and not count and not source["files_total"]:
            yield (Styled("Nothing was imported: ", "attention"), reason)
            continue
        examples[reason] = str(one["path"])
        if count == 0:
            files[reason] += 1
        else:
            records[reason] += count or 1
    for reason, count in records.most_common():
        yield (Styled(f"Skipped {count:,}: ", "attention"), f"{reason}, as in {examples[reason]}")
    rest = (number(source, "records_skipped") or 0) - records.total()
    if rest > 0:
        yield (Styled(f"Skipped {rest:,} more, earlier ones", "attention"),)
    for reason, count in files.most_common():
        told = figures.count(count, "file")
        yield (Styled(f"Passed over {told}: ", "dim"), f"{reason}, as in {examples[reason]}")


def _line(sources: list[Json]) -> str:
    """How far an import is, in one line."""
    total = {
        name: sum(source.get(name) or 0 for source in sources)
        for name in ("files_done", "files_total", "bytes_done", "bytes_total", "events")
    }
    percent = 100 * total["bytes_done"] // max(1, total["bytes_total"])
    return (
        f"{percent:3d} %  {total['files_done']:,} of {total['files_total']:,} files, "
        f"{figures.size(total['bytes_done'])}, {figures.count(total['events'], 'event')}"
    )


def _progress(call: Call, text: str) -> None:
    if not call.options.quiet:
        call.err.status(text)


SPECIALS = {"import.start": Special(run, positional=frozenset({"paths"}))}
