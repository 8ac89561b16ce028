"""Counts in parts: shards, checkpoints and clusters."""
