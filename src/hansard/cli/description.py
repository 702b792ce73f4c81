"""`openapi`: the description of the API, from the code of this machine; needs no server."""

import json

from hansard.cli import commands, grammar
from hansard.cli.call import Call, Output
from hansard.cli.commands import Tree
from hansard.cli.grammar import Values


def show(call: Call, _: Values) -> None:
    """Print OpenAPI 3.1 as JSON."""
    from hansard import __version__
    from hansard.api import server

    found = server.description(__version__)
    if call.output is Output.JSONL:
        call.json_line(found)
    else:
        call.out.json(json.dumps(found, ensure_ascii=False, indent=2))


def add(tree: Tree) -> None:
    """Add the command."""
    tree.add(
        "openapi",
        "Print the description of the API (OpenAPI 3.1)",
        [],
        commands.runner(show),
        shared=grammar.LOCAL,
    )
