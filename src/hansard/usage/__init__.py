"""What model requests cost: prices at write time, never recomputed in silence."""
