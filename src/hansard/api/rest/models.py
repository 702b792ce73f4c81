"""Request bodies of the REST handlers, and the shapes of answers for OpenAPI."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Body(BaseModel):
    """A request body; fields nobody knows are refused so that typing errors show."""

    model_config = ConfigDict(extra="forbid")


class ProtocolBody(BaseModel):
    """A body that stock clients send: fields of the protocol that are not used are let pass."""

    model_config = ConfigDict(extra="ignore")


class CreateSession(ProtocolBody):
    """A session to create."""

    agent: str | dict[str, Any]
    title: str | None = Field(None, max_length=500)
    recorded: bool = False
    kind: str = "chat"
    mode: str = "work"
    origin: str | None = None
    channel: str | None = Field(None, max_length=64)
    key: str | None = Field(None, min_length=1, max_length=512)
    parent_id: str | None = None
    environment_id: str | None = Field(None, max_length=128)
    metadata: dict[str, str | None] = Field(default_factory=dict[str, str | None])
    tags: list[str] = Field(default_factory=list[str])
    external_ids: dict[str, str] = Field(default_factory=dict[str, str], max_length=16)
    where: dict[str, Any] = Field(default_factory=dict[str, Any], max_length=32)
    budget: Any = None
    initial_events: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])


class UpdateSession(ProtocolBody):
    """What to change; only what is sent changes."""

    title: str | None = None
    metadata: dict[str, str | None] | None = None
    tags: list[str] | None = None
    owner: str | None = None
    initiative_id: str | None = Field(None, max_length=128)
    plan_id: str | None = Field(None, max_length=128)
    acknowledged: bool | None = None


class SendEvents(ProtocolBody):
    """Events to append."""

    events: list[dict[str, Any]]
    expected_seq: int | None = None


class CreateAgent(ProtocolBody):
    """An agent to define."""

    name: str
    model: str | dict[str, Any] | None = None
    description: str | None = Field(None, max_length=2048)
    system: str | None = Field(None, max_length=100_000)
    metadata: dict[str, str] = Field(default_factory=dict[str, str])
    tools: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]], max_length=128)
    mcp_servers: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]], max_length=128)
    skills: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]], max_length=128)


class CreateKey(Body):
    """An API key to create."""

    name: str = Field(min_length=1, max_length=128, pattern=r"^[^\x00]*$")
    scope: str
    expires_at: str | None = None


class StartImport(Body):
    """Paths on the server's machine to import from."""

    paths: list[str] = Field(default_factory=list[str], max_length=100)
    format: str | None = None
    watch: bool = False


class Enter(Body):
    """The token of a login link."""

    token: str = Field(min_length=1, max_length=200)
