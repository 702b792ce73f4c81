"""Find the formats: every module of the plug-in folder that exposes FORMAT."""

import importlib
import pkgutil
from functools import cache

from hansard.domain.errors import InvalidRequest
from hansard.export import formats
from hansard.export.base import Format

DEFAULT = "jsonl"


@cache
def all_formats() -> dict[str, Format]:
    """Every format by name."""
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(formats.__path__, formats.__name__ + "."):
        loaded: Format = importlib.import_module(module.name).FORMAT
        found[loaded.name] = loaded
    return found


def named(name: str | None) -> Format:
    """A format by its name; the one that comes back in when none is named.

    Raises:
        InvalidRequest: there is no such format.
    """
    found = all_formats().get(name or DEFAULT)
    if found is None:
        raise InvalidRequest(f"format: {name} is not known; one of {', '.join(all_formats())}")
    return found
