"""Agents as they are answered."""

from typing import Literal

from hansard.api.shapes.base import Object, Shape


class AgentModel(Shape):
    """A model and its configuration."""

    id: str


class ListedAgent(Shape):
    """An agent as a row of the list names it."""

    id: str | None
    type: Literal["agent"]
    name: str | None
    version: int
    model: AgentModel


class RunningAgent(ListedAgent):
    """What runs a session: its agent at the version it was created with."""

    description: str | None
    system: str | None
    tools: list[Object]
    mcp_servers: list[Object]
    skills: list[Object]
    multiagent: Object | None
    execution_identity: Object


class Agent(RunningAgent):
    """A definition that may be run, at one version."""

    metadata: dict[str, str]
    created_at: str
    updated_at: str
    archived_at: str | None


class AgentPage(Shape):
    """A page of agents, or of the versions of one."""

    data: list[Agent]
    next_page: str | None
