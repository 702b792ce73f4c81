"""REST handlers, one file per noun of the wire protocol."""
