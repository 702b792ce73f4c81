"""What can be done about redaction: see and change its rules, try a text, follow a rescan."""

from hansard.domain.operation import Operation, Param

_RULE_ID = Param("rule_id", "string", "Rule id", "path", required=True)
_RULE = "The rule, in the fields of gitleaks: id, regex, description, keywords, entropy, …"

REDACTION_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "redact.rules",
        "List the detection rules: where each is from, and whether it is on",
        "GET",
        "/v1/redaction/rules",
        "read",
        (),
        cli="redact rules",
    ),
    Operation(
        "redact.rule.create",
        "Add a detection rule to this workspace; it counts from the next event on",
        "POST",
        "/v1/redaction/rules",
        "admin",
        (
            Param("rule", "object", _RULE, "body", required=True),
            Param("enabled", "boolean", "Whether it is on", "body"),
        ),
        cli="redact create",
        audited=True,
    ),
    Operation(
        "redact.rule.update",
        "Change a detection rule of this workspace, or switch any rule on or off here",
        "POST",
        "/v1/redaction/rules/{rule_id}",
        "admin",
        (
            _RULE_ID,
            Param("rule", "object", _RULE, "body"),
            Param("enabled", "boolean", "Whether it is on", "body"),
        ),
        cli="redact update",
        audited=True,
    ),
    Operation(
        "redact.rule.delete",
        "Remove a detection rule of this workspace",
        "DELETE",
        "/v1/redaction/rules/{rule_id}",
        "admin",
        (_RULE_ID,),
        cli="redact delete",
        audited=True,
    ),
    Operation(
        "redact.test",
        "Say what would be taken out of a text; nothing is kept of it",
        "POST",
        "/v1/redaction/test",
        "write",
        (
            Param(
                "text",
                "string",
                "The text; on the command line a file, or - for standard input",
                "body",
                required=True,
            ),
        ),
        cli="redact test",
    ),
    Operation(
        "redact.rescans",
        "Searches of the record for secrets that became known later, and how far they are",
        "GET",
        "/v1/redaction/rescans",
        "read",
        (),
        cli="redact rescans",
    ),
)
