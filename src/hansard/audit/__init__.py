"""Who changed what, in the transaction of the change. Entries are never changed."""
