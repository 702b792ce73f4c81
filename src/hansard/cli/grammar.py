"""From a row of the operations table to the parameters of its command."""

import inspect
from pathlib import Path
from typing import Annotated, Any

import typer

from hansard.cli.call import Options, Output
from hansard.cli.request import AGE_HELP, AGES
from hansard.domain.operation import Param, ParamType

Values = dict[str, Any]

_TYPES: dict[ParamType, Any] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "strings": list[str],
    "object": str,
    "objects": str,
}
_JSON_HELP = " (JSON, or @FILE, or @- for standard input)"


_METAVARS: dict[Any, str | None] = {str: "TEXT", int: "N", list[str]: "TEXT", Path: "FOLDER"}


def _parameter(
    name: str, annotation: Any, default: Any = inspect.Parameter.empty
) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, annotation=annotation, default=default)


def option(
    name: str, kind: Any, text: str, *names: str, required: bool = False
) -> inspect.Parameter:
    """An option of a command; `names` replace the one made from `name`."""
    switch = f"--{name.replace('_', '-')}"
    shown = names or ((f"{switch}/--no-{name.replace('_', '-')}" if kind is bool else switch),)
    plain = _METAVARS.get(kind)
    info = typer.Option(*shown, help=text, show_default=False, metavar=plain)
    if required:
        return _parameter(name, Annotated[kind, info])
    return _parameter(name, Annotated[kind | None, info], None)


def argument(
    name: str, text: str, *, many: bool = False, required: bool = True
) -> inspect.Parameter:
    """A positional word of a command, or the rest of them."""
    shown = metavar(name)
    if many and not required:
        shown = f"[{shown}]..."
    elif many:
        shown += "..."
    info = typer.Argument(help=text, show_default=False, metavar=shown)
    kind = list[str] if many else str
    if required:
        return _parameter(name, Annotated[kind, info])
    return _parameter(name, Annotated[kind | None, info], None)


_OUTPUT_HELP = "How to print: for people, or the API's objects"
_SERVER = option("server", str, "Address of the server; HANSARD_URL")
_OUTPUT = option("output", Output, _OUTPUT_HELP, "-o", "--output")
_QUIET = option("quiet", bool, "Say nothing beside the data", "--quiet")
DATA_DIR = option("data_dir", Path, "Data folder of this machine's server; HANSARD_DATA_DIR")

GLOBALS = (_SERVER, DATA_DIR, _OUTPUT, _QUIET)
"""What every command takes that speaks to a server."""
LONG_GLOBALS = (_SERVER, DATA_DIR, option("output", Output, _OUTPUT_HELP), _QUIET)
"""The same where words may begin with ``-``: short options cannot stand beside them."""
LOCAL = (DATA_DIR, _OUTPUT, _QUIET)
"""What a command takes that looks at this machine."""
GLOBAL_NAMES = frozenset(parameter.name for parameter in GLOBALS)


def parameter(param: Param, *, positional: bool = False, optional: bool = False):
    """The command-line parameter of a row's parameter.

    Args:
        positional: words of the command line instead of an option.
        optional: another option of the command can stand in for it.
    """
    required = param.required and not optional
    if param.where == "path" or positional:
        return argument(param.name, param.help, many=param.type == "strings", required=required)
    text = param.help + (_JSON_HELP if param.type in ("object", "objects") else "")
    if param.type == "strings":
        text += "; may be repeated"
    if param.name in AGES:
        text += f": {AGE_HELP}"
    return option(param.name, _TYPES[param.type], text, required=required)


def metavar(name: str) -> str:
    """``session_id`` is SESSION in a usage line."""
    return name.removesuffix("_id").removesuffix("s").upper()


def global_options(values: Values) -> Options:
    """Take the options that every command has out of its values."""
    return Options(**{name: values.pop(name, None) for name in GLOBAL_NAMES})
