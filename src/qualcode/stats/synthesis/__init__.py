"""What a synthesis of studies comes to: which records are one, and what follows from the studies."""

from qualcode.stats.synthesis.duplicates import (
    DuplicateGroup,
    Duplicates,
    NearDuplicates,
    find_duplicates,
)

__all__ = ["DuplicateGroup", "Duplicates", "NearDuplicates", "find_duplicates"]


def __dir__() -> list[str]:
    return list(__all__)
