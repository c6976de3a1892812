"""Run parts of the torture, and print what they counted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from tests.torture import documents, programs, refi, stores
from tests.torture.copies import united
from tests.torture.corrections import corrected
from tests.torture.counting import Found
from tests.torture.disks import failing
from tests.torture.erasures import erased
from tests.torture.guided import guided
from tests.torture.kills import killed
from tests.torture.pairs import at_once
from tests.torture.repairs import repaired

PARTS: dict[str, Callable[[int, int], Found]] = {
    "kills": killed,
    "disks": failing,
    "pairs": at_once,
    "unions": united,
    "corrections": corrected,
    "store": stores.altered,
    "repairs": repaired,
    "erasures": erased,
    "documents": documents.altered,
    "programs": programs.altered,
    "refi": refi.altered,
    "guided": guided,
}


def main() -> int:
    """Return 1 where something went wrong."""
    parser = argparse.ArgumentParser(prog="tests.torture", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--runs", type=int, default=1000, help="of each part (default 1000)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    unknown = [name for name in options.parts if name not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    failed = False
    for name in options.parts or PARTS:
        found = PARTS[name](options.runs, options.seed)
        print(found.line(), flush=True)
        for fault in found.faults[:20]:
            print(f"  {fault}", flush=True)
        failed |= bool(found.faults)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
