"""What can be done with the list: count it by facet, keep views of it, change many at once."""

from hansard.domain.operation import Operation, Param

FILTERS = (
    Param("agent_id", "strings", "Only these agents"),
    Param("agent_version", "integer", "Only this version of the agent"),
    Param("channel", "strings", "Only these channels"),
    Param("kind", "strings", "chat, flow_run, background_task or automation_run"),
    Param("mode", "strings", "work, ask or builder"),
    Param("origin", "strings", "What started it"),
    Param("state", "strings", "Stored states"),
    Param("statuses", "strings", "The protocol's statuses"),
    Param("tone", "strings", "Status class: active, success, problem, attention, neutral"),
    Param("owner_id", "strings", "Only these owners"),
    Param("connectors", "strings", "Sessions that used any of these"),
    Param("initiative_id", "strings", "Only these initiatives"),
    Param("plan_id", "strings", "Only these plans"),
    Param("tag", "strings", "Sessions with any of these tags"),
    Param("has", "strings", "error, approval (one that waits) or edits (changed files)"),
    Param("repo", "strings", "Only these repositories"),
    Param("cost_min", "string", "Cost in dollars, from this on: 0.25"),
    Param("cost_max", "string", "Cost in dollars, up to this"),
    Param("attention", "boolean", "Only what needs a person (or only what does not)"),
    Param("active", "boolean", "Only active (or only quiet) sessions"),
    Param("archived", "boolean", "Only archived sessions"),
    Param("include_archived", "boolean", "Archived ones too"),
    Param("include_children", "boolean", "Sub-agents too"),
    Param("parent_id", "string", "Only the sub-agents of this session"),
    Param("since", "string", "Updated at or after this instant"),
)
"""What a list of sessions can be narrowed to."""

_LIMIT = Param("limit", "integer", "How many to return, 1 to 1000")
_PAGE = Param("page", "string", "Cursor of the next page")
_VIEW = Param("view_id", "string", "View id", "path", required=True)
_BULK = Param("operation_id", "string", "Id of the bulk operation", "path", required=True)
_FIELDS = (
    Param("filters", "object", "Filters by the names of the list's parameters", "body"),
    Param("columns", "strings", "Columns in their order", "body"),
    Param("sort", "string", "Order of the list", "body"),
    Param("density", "string", "comfortable or compact", "body"),
    Param("shared", "boolean", "For everybody in the workspace", "body"),
)

LIST_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "session.facets",
        "Count sessions by agent, state, kind, … and by tab; a count stops at 1,000",
        "GET",
        "/v1/sessions/facets",
        "read",
        (
            *FILTERS,
            Param("facet", "strings", "Only these facets"),
            Param("tab", "string", "The tab that is open; it narrows the facets, not the tabs"),
        ),
        cli="session facets",
    ),
    Operation(
        "bulk.create",
        "Change many sessions in the background",
        "POST",
        "/v1/bulk_operations",
        "write",
        (
            Param(
                "action",
                "string",
                "archive, unarchive, delete, reset, compact, tag or untag",
                "body",
                required=True,
            ),
            Param("session_ids", "strings", "Sessions to change; all must be there", "body"),
            Param("filter", "object", "Instead: all that this filter finds now", "body"),
            Param("arguments", "object", "tags, erase or instructions of the action", "body"),
            Param("expected_total", "integer", "Refuse unless so many are found", "body"),
        ),
        cli="bulk start",
        audited=True,
    ),
    Operation(
        "bulk.list",
        "List bulk operations and how far they are",
        "GET",
        "/v1/bulk_operations",
        "read",
        (_LIMIT, _PAGE),
        cli="bulk list",
    ),
    Operation(
        "bulk.retrieve",
        "Read one bulk operation, with the sessions on which it failed",
        "GET",
        "/v1/bulk_operations/{operation_id}",
        "read",
        (_BULK,),
        cli="bulk show",
    ),
    Operation(
        "bulk.cancel",
        "Stop a bulk operation; what is done stays done",
        "POST",
        "/v1/bulk_operations/{operation_id}/cancel",
        "write",
        (_BULK,),
        cli="bulk cancel",
        audited=True,
    ),
    Operation(
        "view.list",
        "List saved views: built in, one's own, shared",
        "GET",
        "/v1/views",
        "read",
        (),
        cli="view list",
    ),
    Operation(
        "view.create",
        "Save a view of the list",
        "POST",
        "/v1/views",
        "write",
        (Param("name", "string", "Name", "body", required=True), *_FIELDS),
        cli="view create",
        audited=True,
    ),
    Operation(
        "view.update",
        "Change a saved view",
        "POST",
        "/v1/views/{view_id}",
        "write",
        (_VIEW, Param("name", "string", "New name", "body"), *_FIELDS),
        cli="view update",
        audited=True,
    ),
    Operation(
        "view.delete",
        "Delete a saved view",
        "DELETE",
        "/v1/views/{view_id}",
        "write",
        (_VIEW,),
        cli="view delete",
        audited=True,
    ),
)
