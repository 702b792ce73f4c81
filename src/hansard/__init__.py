"""Hansard: the record and the control room of AI-agent sessions."""

__all__ = ["__version__"]

__version__ = "0.1.0"
