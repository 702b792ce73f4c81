"""Request bodies of the REST handlers, and the shapes of answers for OpenAPI."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from hansard.api.rest import words
from hansard.api.rest.filters import FilterSaid

Objects = Annotated[list[dict[str, Any]], Field(fail_fast=True)]
"""Objects of a caller; the first that is none is refused, the rest is not looked at."""
Texts = Annotated[list[str], Field(fail_fast=True)]
Fact = Annotated[str, Field(max_length=2_048)]


class Body(BaseModel):
    """A request body; fields nobody knows are refused so that typing errors show."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ProtocolBody(BaseModel):
    """A body that stock clients send: fields of the protocol that are not used are let pass."""

    model_config = ConfigDict(extra="ignore", strict=True)


class NewSession(ProtocolBody):
    """A session to create for an agent that the address names."""

    title: str | None = Field(None, max_length=500)
    recorded: bool = False
    kind: words.Kind = "chat"
    mode: words.Mode = "work"
    origin: words.Origin | None = None
    channel: str | None = Field(None, max_length=64)
    key: str | None = Field(None, min_length=1, max_length=512)
    parent_id: str | None = None
    environment_id: str | None = Field(None, max_length=128)
    metadata: dict[str, str | None] = Field(default_factory=dict[str, str | None])
    tags: Texts = Field(default_factory=list[str], max_length=50)
    external_ids: dict[str, str] = Field(default_factory=dict[str, str], max_length=16)
    where: dict[str, Fact] = Field(default_factory=dict[str, str], max_length=32)
    budget: words.Nothing = None
    initial_events: Objects = Field(default_factory=list[dict[str, Any]], max_length=50)


class CreateSession(NewSession):
    """A session to create."""

    agent: words.Agent


class Said(ProtocolBody):
    """A message: a text, or content blocks of the protocol."""

    content: str | list[dict[str, Any]]


class UpdateSession(ProtocolBody):
    """What to change; only what is sent changes."""

    title: str | None = None
    metadata: dict[str, str | None] | None = None
    tags: Texts | None = Field(None, max_length=50)
    owner: str | None = None
    initiative_id: str | None = Field(None, max_length=128)
    plan_id: str | None = Field(None, max_length=128)
    acknowledged: bool | None = None
    agent: words.AgentTools | None = None


class SendEvents(ProtocolBody):
    """Events to append."""

    events: Objects = Field(max_length=1_000, json_schema_extra={"minItems": 1})
    expected_seq: int | None = None


class CreateAgent(ProtocolBody):
    """An agent to define."""

    name: str
    model: words.Model | None = None
    description: str | None = Field(None, max_length=2048)
    system: str | None = Field(None, max_length=100_000)
    metadata: dict[str, str] = Field(default_factory=dict[str, str])
    tools: Objects = Field(default_factory=list[dict[str, Any]], max_length=128)
    mcp_servers: Objects = Field(default_factory=list[dict[str, Any]], max_length=128)
    skills: Objects = Field(default_factory=list[dict[str, Any]], max_length=128)
    multiagent: dict[str, Any] | None = None
    execution_identity: dict[str, Any] | None = None


class UpdateAgent(ProtocolBody):
    """What a new version changes: lists are replaced whole, metadata is patched, null clears."""

    version: int | None = Field(None, ge=1)
    name: str | None = None
    model: words.Model | None = None
    description: str | None = Field(None, max_length=2048)
    system: str | None = Field(None, max_length=100_000)
    metadata: dict[str, str | None] | None = None
    tools: Objects | None = Field(None, max_length=128)
    mcp_servers: Objects | None = Field(None, max_length=128)
    skills: Objects | None = Field(None, max_length=128)
    multiagent: dict[str, Any] | None = None
    execution_identity: dict[str, Any] | None = None


class ResetSession(Body):
    """How to begin a session anew."""

    erase: bool = False


class CompactSession(Body):
    """How to summarise what is older."""

    instructions: str | None = None


class CreateKey(Body):
    """An API key to create."""

    name: str = Field(min_length=1, max_length=128, pattern=r"^[^\x00]*$")
    scope: words.KeyScope
    expires_at: words.Instant | None = None


class StartImport(Body):
    """Paths on the server's machine to import from."""

    paths: Texts = Field(default_factory=list[str], max_length=100)
    format: words.Format | None = None
    watch: bool = False
    trust: list[words.PublicKey] = Field(default_factory=list[str], max_length=100)


class ExportSessions(Body):
    """Which sessions to export: by name, or by the list's parameters."""

    session_ids: list[str] | None = Field(None, min_length=1, max_length=10_000)
    filter: FilterSaid | None = None
    format: words.ExportFormat | None = None


class MakeBackup(Body):
    """Where a backup goes."""

    path: str | None = Field(None, min_length=1, max_length=4_096)


class Enter(Body):
    """The token of a login link."""

    token: str = Field(min_length=1, max_length=200)


class CreateBulk(Body):
    """An operation on many sessions: the named ones, or those that a filter finds now."""

    action: words.Action
    session_ids: list[str] | None = Field(None, min_length=1, max_length=10_000)
    filter: FilterSaid | None = None
    arguments: dict[str, Any] = Field(default_factory=dict[str, Any], max_length=8)
    expected_total: int | None = None


class UpdateView(Body):
    """What to change of a view; only what is sent changes."""

    name: str | None = None
    filters: FilterSaid | None = Field(None, max_length=32)
    columns: words.Columns | None = Field(None, max_length=64)
    sort: words.Sort | None = None
    density: words.Density | None = None
    shared: bool | None = None


class CreateView(Body):
    """A view of the list to save."""

    name: str
    filters: FilterSaid | None = Field(None, max_length=32)
    columns: words.Columns | None = Field(None, max_length=64)
    sort: words.Sort | None = None
    density: words.Density | None = None
    shared: bool = False
