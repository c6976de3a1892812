"""Statistics of codes: rollups, co-occurrence, agreement, saturation, each defined and checked."""
