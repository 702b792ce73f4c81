"""What belongs to the list: counts, views, changes of many."""

from typing import Literal

from hansard.api.shapes.base import Acting, Object, Shape

Action = Literal["archive", "unarchive", "delete", "reset", "compact", "tag", "untag"]
Density = Literal["comfortable", "compact"]


class Count(Shape):
    """How many sessions a value or a tab would show; `more` when the count stopped."""

    value: str
    count: int
    more: bool


class NamedCount(Count):
    """The same of an agent or an owner, whose value is an id; null where nobody knows it."""

    name: str | None = None


class Facets(Shape):
    """Counts by tab and by value of each facet; `more_values` are facets that list only some."""

    type: Literal["facets"]
    tabs: list[Count]
    facets: dict[str, list[NamedCount]]
    more_values: list[str]
    cap: int
    cursor: int


class BulkOperation(Shape):
    """Many sessions being changed in the background."""

    id: str
    type: Literal["bulk_operation"]
    action: Action
    state: Literal["queued", "running", "completed", "cancelled"]
    total: int
    done: int
    failed: int
    arguments: Object
    filter: Object | None
    created_by: Acting
    created_at: str
    started_at: str | None
    ended_at: str | None


class BulkFailure(Shape):
    """A session that could not be changed, and why."""

    session_id: str
    type: str
    message: str


class WatchedBulk(BulkOperation):
    """The same with what failed in it; `more_errors` when not all of that is listed."""

    errors: list[BulkFailure]
    more_errors: bool


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
    density: Density
    shared: bool
    built_in: bool
    own: bool
    created_at: str | None
    updated_at: str | None


class ViewPage(Shape):
    """The views of the caller."""

    data: list[View]
    next_page: str | None
