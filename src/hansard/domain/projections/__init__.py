"""Folds over events, one file per view; each can be thrown away and rebuilt from the log."""
