"""Agents as they are answered."""

from typing import Literal

from hansard.api.shapes.base import SOMETIMES, Object, Shape


class AgentModel(Shape):
    """A model and its configuration."""

    id: str


class SaidModel(Shape):
    """A model as a session's source names it; `unknown` where nobody does."""

    id: str | None = None


class ListedAgent(Shape):
    """An agent as a row of the list names it; null is what a recorded session does not say."""

    id: str | None
    type: Literal["agent"]
    name: str | None
    version: int
    model: SaidModel | str


class Definition(Shape):
    """What an agent is made of beside its name and model."""

    description: str | None
    system: str | None
    tools: list[Object]
    mcp_servers: list[Object]
    skills: list[Object]
    multiagent: Object | None
    execution_identity: Object


class RunningAgent(ListedAgent, Definition):
    """What runs a session: its agent at the version it was created with.

    The last four are there when that version is kept here.
    """

    metadata: dict[str, str] = SOMETIMES
    created_at: str = SOMETIMES
    updated_at: str = SOMETIMES
    archived_at: str | None = None


class Agent(Definition):
    """A definition that may be run, at one version."""

    id: str
    type: Literal["agent"]
    name: str
    version: int
    model: AgentModel
    metadata: dict[str, str]
    created_at: str
    updated_at: str
    archived_at: str | None


class AgentPage(Shape):
    """A page of agents, or of the versions of one."""

    data: list[Agent]
    next_page: str | None
