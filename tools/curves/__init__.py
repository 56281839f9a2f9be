"""The parts of tools/bench-curves."""
