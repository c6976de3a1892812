"""The parts that fork, by the count of calls and never by the clock. Run as a script, without threads."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.torture.counting import Found
from tests.torture.erasures import erased
from tests.torture.kills import killed
from tests.torture.pairs import at_once
from tests.torture.stores import altered

SEED = 50
PARTS: dict[str, Callable[[int], Found]] = {
    "kills": lambda runs: killed(runs, SEED, by_clock=False),
    "pairs": lambda runs: at_once(runs, SEED),
    "erasures": lambda runs: erased(runs, SEED),
    "store": lambda runs: altered(runs, SEED),
}

if __name__ == "__main__":
    found = PARTS[sys.argv[1]](int(sys.argv[2]))
    print(found.line(), *found.faults, sep="\n  ")
    sys.exit(bool(found.faults))
