"""What can be done with files that belong to a workspace."""

from hansard.domain.operation import Operation, Param

_FILE = Param("file_id", "string", "File id", "path", required=True)

FILE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "file.upload",
        "Upload a file; secrets are taken out of text before it is kept",
        "POST",
        "/v1/files",
        "write",
        (),
        cli="file upload",
        audited=True,
        uploads=True,
    ),
    Operation(
        "file.list",
        "List files, newest first",
        "GET",
        "/v1/files",
        "read",
        (
            Param("limit", "integer", "How many to return, 1 to 1000"),
            Param("page", "string", "Cursor of the next page"),
            Param("ids", "strings", "Only these files"),
            Param("scope_id", "string", "Of the protocol; no file here belongs to a session"),
        ),
        cli="file list",
    ),
    Operation(
        "file.retrieve",
        "Read what is known about a file",
        "GET",
        "/v1/files/{file_id}",
        "read",
        (_FILE,),
        cli="file show",
    ),
    Operation(
        "file.content",
        "Download a file",
        "GET",
        "/v1/files/{file_id}/content",
        "read",
        (_FILE,),
        cli="file download",
    ),
    Operation(
        "file.delete",
        "Delete a file for good",
        "DELETE",
        "/v1/files/{file_id}",
        "admin",
        (_FILE,),
        cli="file delete",
        audited=True,
    ),
)
