"""What Hansard costs next to the raw limit of the same machine, in one run (docs/benchmarks.md)."""
