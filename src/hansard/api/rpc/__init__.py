"""JSON-RPC 2.0 at /rpc: a print of the operations table, and the methods of S1-3..8 by name."""
