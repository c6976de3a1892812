"""Draw the layers and rooms of the package: `docs/explanation/architecture.svg`.

Layers are those that the import contract in `pyproject.toml` holds, rooms are the folders there are. A test
compares the picture with what this makes, so it cannot become untrue: run it when a room comes or goes.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs/explanation/architecture.svg"

WIDTH, LEFT, TOP = 760, 118, 16
ROOM_HEIGHT, GAP, PAD = 30, 8, 10
LETTER = 7.3
ORDER = {
    "model": ["log", "texts", "codebooks", "coding", "review", "fold"],
    "suggest": [
        "bench",
        "finding",
        "encoders",
        "stacker",
        "standins",
        "codebook",
        "asking",
        "judging",
    ],
}
"""Rooms from the ground up, where that tells more than the alphabet."""
WORDS = {
    "cli": "commands",
    "serve": "the page to code on",
    "report": "pages, figures, paragraphs",
    "testing": "strategies and laws",
    "project": "the one object that changes",
    "scale": "tables, counted where they lie",
    "suggest": "suggesters, which know states",
    "io": "the store, readers, writers",
    "stats": "counts, and all made of them",
    "model": "values, and the log",
    "errors": "one root",
}


def layers() -> list[list[str]]:
    """Return the layers of the import contract from top to bottom, each with its packages."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [
        each for each in config["tool"]["importlinter"]["contracts"] if each["type"] == "layers"
    ]
    return [[part.strip() for part in each.split("|")] for each in contract["layers"]]


def rooms(package: str) -> list[str]:
    """Return the folders of a package that hold modules."""
    found = sorted(
        path.parent.name for path in (ROOT / "src/qualcode" / package).glob("*/__init__.py")
    )
    order = ORDER.get(package, [])
    return [each for each in order if each in found] + [each for each in found if each not in order]


def drawn() -> str:
    """Return the picture."""
    parts: list[str] = []
    y = TOP
    for layer in layers():
        shown = [each for each in layer if not each.startswith("_")]
        for package in shown:
            y = _package(parts, package, y)
    height = y + TOP - GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-labelledby="title" font-family="system-ui, sans-serif" font-size="13">\n'
        '<title id="title">The layers of qualcode from top to bottom, and the rooms in each; imports go '
        "down only</title>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
    )
    return head + "\n".join(parts) + "\n</svg>\n"


def _package(parts: list[str], package: str, y: int) -> int:
    """Draw a package with its rooms, and return where the next one begins."""
    lines: list[list[tuple[str, float, float]]] = [[]]
    x = float(LEFT + 190)
    for room in rooms(package):
        width = len(room) * LETTER + 20
        if x + width > WIDTH - 24:
            lines.append([])
            x = float(LEFT + 190)
        lines[-1].append((room, x, width))
        x += width + GAP
    height = len(lines) * (ROOM_HEIGHT + GAP) - GAP + 2 * PAD
    parts.append(
        f'<rect x="12" y="{y}" width="{WIDTH - 24}" height="{height}" rx="8" fill="#eef3f7" '
        'stroke="#3b5b75"/>'
    )
    middle = y + height / 2 + 5
    parts.append(
        f'<text x="26" y="{middle:g}" font-weight="600" fill="#16324a">{escape(package)}</text>'
    )
    parts.append(
        f'<text x="{LEFT - 14}" y="{middle:g}" fill="#3b4a56">{escape(WORDS.get(package, ""))}</text>'
    )
    for number, line in enumerate(lines):
        top = y + PAD + number * (ROOM_HEIGHT + GAP)
        for room, left, width in line:
            parts.append(
                f'<rect x="{left:g}" y="{top}" width="{width:g}" height="{ROOM_HEIGHT}" rx="5" '
                'fill="#ffffff" stroke="#8aa4b8"/>'
            )
            parts.append(
                f'<text x="{left + width / 2:g}" y="{top + 20}" text-anchor="middle" '
                f'fill="#16324a">{escape(room)}</text>'
            )
    return y + height + GAP


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
