"""Search, as an operation."""

from hansard.domain.operation import Operation, Param

SEARCH_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "search.query",
        "Search everything that sessions said and did, and their names",
        "GET",
        "/v1/search",
        "read",
        (
            Param(
                "q",
                "string",
                'Words, "phrases", -without; agent: status: tool: owner: key: tag: model: repo: '
                "cost:>1 before: after:",
                required=True,
            ),
            Param("scope", "string", "Who said it: all, user, assistant or tool"),
            Param("session_id", "string", "Only in this session"),
            Param("include_archived", "boolean", "Archived sessions too"),
            Param("group", "boolean", "One hit for each session"),
            Param("limit", "integer", "How many to return, 1 to 100"),
            Param("page", "string", "Cursor of the next page"),
        ),
        cli="session search",
    ),
)
