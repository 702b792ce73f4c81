"""Log lines without secrets: the same scan stands before the log as before the record."""

import logging

from hansard.redaction.scan import Scanner


class Redacting(logging.Formatter):
    """Formats as another formatter does, then redacts the line, its traceback too.

    Args:
        inner: the formatter to take the place of.
        scanner: what redacts; it fails closed, so a line is never let through unscanned.
    """

    def __init__(self, inner: logging.Formatter | None, scanner: Scanner) -> None:
        super().__init__()
        self._inner = inner or logging.Formatter()
        self._scanner = scanner

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be written."""
        return self._scanner.scan_text(self._inner.format(record))[0]


def guard(scanner: Scanner, *names: str) -> None:
    """Put the scan before every handler of some loggers; of the root when none is named."""
    for name in names or ("",):
        for handler in logging.getLogger(name).handlers:
            if not isinstance(handler.formatter, Redacting):
                handler.setFormatter(Redacting(handler.formatter, scanner))
