"""What the shapes of answers are made of: open objects, and the one refusal."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hansard.domain.actor import ActorType

Object = dict[str, Any]
SOMETIMES: Any = Field(default_factory=lambda: None)
"""Of a field that is left out where it says nothing. A factory, since a default would stand in the
description, and its readers would take the field for one that is always there."""


class Shape(BaseModel):
    """An object of an answer; later versions may add fields."""

    model_config = ConfigDict(extra="allow")


class Problem(Shape):
    """What is wrong; more fields say where."""

    type: str
    message: str


class Refusal(Shape):
    """The one shape of every error."""

    type: Literal["error"]
    error: Problem
    request_id: str | None


class Person(Shape):
    """Somebody of the workspace."""

    id: str
    name: str


class Acting(Shape):
    """Who did something; null is what was not said."""

    type: ActorType
    id: str | None
    name: str | None


class Deleted(Shape):
    """Something that is gone; `type` says what it was."""

    id: str
    type: str
