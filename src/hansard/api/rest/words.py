"""Parameters whose values are a closed list or a range, as the description of the API says them.

The description alone: the domain checks the values, for every surface, in words of its own.
"""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field, WithJsonSchema

from hansard.control import bulk
from hansard.domain import listing, state
from hansard.domain.operation import SCOPES
from hansard.export.discover import all_formats as all_exports
from hansard.ingest.discover import all_formats
from hansard.lens import facets, find, search, views
from hansard.lens.rows import MAX_LIMIT


def _one_of(words: Iterable[str]) -> Any:
    return WithJsonSchema({"type": "string", "enum": list(words)})


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def _whole(least: int, most: int) -> Any:
    return WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})


SEGMENTS = ("current", "all")

Limit = Annotated[int, _whole(1, MAX_LIMIT)]
HitLimit = Annotated[int, _whole(1, search.MAX_LIMIT)]
FindLimit = Annotated[int, _whole(1, find.MOST)]
Buckets = Annotated[int, _whole(1, views.MOST_BUCKETS)]
Seq = Annotated[int, _whole(0, (1 << 53) - 1)]
At = Annotated[int, _whole(1, (1 << 53) - 1)]
Place = Annotated[int, _whole(0, (1 << 60) - 1)]
PublicKey = Annotated[str, Field(pattern=r"^ed25519:[0-9a-f]{64}$")]
"""Whose signature is trusted; `seal.py` reads it."""
Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Named = Annotated[str, WithJsonSchema({"type": "string", "minLength": 1})]

Order = Annotated[str, _one_of(("asc", "desc"))]
Sort = Annotated[str, _one_of(listing.SORTS)]
Density = Annotated[str, _one_of(listing.DENSITIES)]
Tab = Annotated[str, _one_of(listing.TABS)]
Amount = Annotated[
    str, WithJsonSchema({"type": "string", "maxLength": 16, "pattern": listing.AMOUNT})
]
Segments = Annotated[str, _one_of(SEGMENTS)]
Said = Annotated[str, _one_of(search.SCOPES)]
Kind = Annotated[str, _one_of(state.KINDS)]
Mode = Annotated[str, _one_of(state.MODES)]
Origin = Annotated[str, _one_of(state.ORIGINS)]
KeyScope = Annotated[str, _one_of(SCOPES)]
Action = Annotated[str, _one_of(bulk.ACTIONS)]
Format = Annotated[str, _one_of(sorted(all_formats()))]
ExportFormat = Annotated[str, _one_of(sorted(all_exports()))]
Nothing = Annotated[Any, WithJsonSchema({"type": "null"})]

Kinds = Annotated[list[Kind] | None, Query()]
Modes = Annotated[list[Mode] | None, Query()]
Origins = Annotated[list[Origin] | None, Query()]
States = Annotated[list[Annotated[str, _one_of(state.STATES)]] | None, Query()]
Statuses = Annotated[list[Annotated[str, _one_of(listing.WORDS["statuses"])]] | None, Query()]
Tones = Annotated[list[Annotated[str, _one_of(listing.WORDS["tone"])]] | None, Query()]
Has = Annotated[list[Annotated[str, _one_of(listing.HAS)]] | None, Query()]
FacetNames = Annotated[list[Annotated[str, _one_of(facets.FACETS)]] | None, Query()]

Columns = Annotated[
    list[str],
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "string", "enum": list(listing.COLUMNS)},
            "uniqueItems": True,
        }
    ),
]
_TEXT = {"type": "string"}
_OBJECTS_OR_NONE = {"type": ["array", "null"], "items": {"type": "object"}}
Model = Annotated[
    str | dict[str, Any], WithJsonSchema({"anyOf": [_TEXT, _object(("id",), id=_TEXT)]})
]
Agent = Annotated[
    str | dict[str, Any],
    WithJsonSchema(
        {
            "anyOf": [
                _TEXT,
                _object(
                    ("id",),
                    id=_TEXT,
                    type={"type": "string", "enum": ["agent", "agent_with_overrides"]},
                    version={"type": ["integer", "null"]},
                ),
            ]
        }
    ),
]
AgentTools = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            **_object((), tools=_OBJECTS_OR_NONE, mcp_servers=_OBJECTS_OR_NONE),
            "additionalProperties": False,
        }
    ),
]
Rule = Annotated[
    dict[str, Any],
    WithJsonSchema(
        _object(
            ("id", "regex"),
            id={"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
            regex={"type": "string", "minLength": 1},
        )
    ),
]
