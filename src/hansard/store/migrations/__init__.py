"""Schema migrations, one tree for both dialects."""
