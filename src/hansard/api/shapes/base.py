"""What the shapes of answers are made of: open objects, and the one refusal."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Object = dict[str, Any]


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


class ObjectPage(Shape):
    """A page of objects."""

    data: list[Object]


class Deleted(Shape):
    """Something that is gone; `type` says what it was."""

    id: str
    type: str
