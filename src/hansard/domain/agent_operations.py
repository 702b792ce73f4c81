"""What can be done with agents: definitions in versions that stay."""

from hansard.domain.operation import Operation, Param

_AGENT = Param("agent_id", "string", "Agent id", "path", required=True)
_LIMIT = Param("limit", "integer", "How many to return, 1 to 1000")
_PAGE = Param("page", "string", "Cursor of the next page")
_FACTS = (
    Param("description", "string", "What it is for", "body"),
    Param("system", "string", "Instructions", "body"),
    Param("metadata", "object", "Up to 16 short texts", "body"),
)

AGENT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "agent.list",
        "List agents",
        "GET",
        "/v1/agents",
        "read",
        (_LIMIT, _PAGE, Param("include_archived", "boolean", "Archived ones too")),
        cli="agent list",
    ),
    Operation(
        "agent.create",
        "Define an agent",
        "POST",
        "/v1/agents",
        "write",
        (
            Param("name", "string", "Name", "body", required=True),
            Param("model", "string", "Model id", "body"),
            *_FACTS,
        ),
        cli="agent create",
        audited=True,
    ),
    Operation(
        "agent.retrieve",
        "Read one agent",
        "GET",
        "/v1/agents/{agent_id}",
        "read",
        (_AGENT, Param("version", "integer", "As it was at this version")),
        cli="agent show",
    ),
    Operation(
        "agent.update",
        "Make a new version of an agent; sessions keep the one they began with",
        "POST",
        "/v1/agents/{agent_id}",
        "write",
        (
            _AGENT,
            Param("version", "integer", "Refuse unless the agent is at this version", "body"),
            Param("name", "string", "Name", "body"),
            Param("model", "string", "Model id", "body"),
            *_FACTS,
        ),
        cli="agent update",
        audited=True,
    ),
    Operation(
        "agent.versions",
        "List the versions of an agent, newest first",
        "GET",
        "/v1/agents/{agent_id}/versions",
        "read",
        (_AGENT, _LIMIT, _PAGE),
        cli="agent versions",
    ),
    Operation(
        "agent.archive",
        "Put an agent away for good; its sessions go on",
        "POST",
        "/v1/agents/{agent_id}/archive",
        "write",
        (_AGENT,),
        cli="agent archive",
        audited=True,
    ),
)
