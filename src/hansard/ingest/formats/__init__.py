"""One file, one format; each exposes FORMAT and knows no other format."""
