"""The doors for programs: one operations table, printed as REST (and later RPC and MCP).

Thin: it reads the request, checks the right, calls `control` or `lens`, writes the answer.
"""
