"""What belongs to the list: counts, views, changes of many."""

from typing import Literal

from hansard.api.shapes.base import Object, Shape


class Count(Shape):
    """How many sessions a value or a tab would show; `more` when the count stopped."""

    value: str
    count: int
    more: bool


class Facets(Shape):
    """Counts by tab and by value of each facet."""

    type: Literal["facets"]
    tabs: list[Count]
    facets: dict[str, list[Count]]
    cap: int
    cursor: int


class BulkOperation(Shape):
    """Many sessions being changed in the background."""

    id: str
    type: Literal["bulk_operation"]
    action: str
    state: str
    total: int
    done: int
    failed: int
    created_at: str
    started_at: str | None
    ended_at: str | None


class BulkPage(Shape):
    """A page of bulk operations."""

    data: list[BulkOperation]
    next_page: str | None


class View(Shape):
    """A saved view of the list."""

    id: str
    type: Literal["saved_view"]
    name: str
    filters: Object
    columns: list[str]
    sort: str
    density: str
    shared: bool
    built_in: bool
    own: bool
    created_at: str | None
    updated_at: str | None


class ViewPage(Shape):
    """The views of the caller."""

    data: list[View]
    next_page: str | None
