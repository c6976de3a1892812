"""A small study for tests of pages: a plain interview, one in many scripts, one full of script tags."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import qualcode as qc

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["EVIL", "FIND", "ODD", "PLAIN", "drag_over", "make_study", "touch_over"]

PLAIN = (
    "MARIA: We trust them. Dr. Okafor said so, and they trust us, too.\n\n"
    "JOAN: The budget is shared. Nobody counts every penny.\n\n"
    "MARIA: We met on Monday. It helped."
)
ODD = (
    "Emoji 👩‍👩‍👧 family. Then e\u0301 combining, 𝒳 math.\r\n"
    "قالت مريم: لم أنم. ثم خرجت إلى الحديقة.\r\n"
    "Mixed: she said שלום עולם and left. 🏳️‍🌈 Done.\r\n"
)
EVIL = (
    "<script>window.hacked = 1</script> <img src=x onerror='window.hacked = 1'>\n"
    '<svg onload="window.hacked = 1"></svg> &lt;b&gt; ${window.hacked = 1}'
)
DOCUMENTS = {"plain": PLAIN, "odd": ODD, "evil": EVIL}


# The range of the DOM in which some words stand.
FIND = """(words) => {
  const walker = document.createTreeWalker(document.querySelector("#text"), NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  while (!node.data.includes(words)) node = walker.nextNode();
  const range = document.createRange();
  range.setStart(node, node.data.indexOf(words));
  range.setEnd(node, range.startOffset + words.length);
  return range;
}"""


def make_study(folder: Path, *more: str) -> Path:
    """Make a study of ana and ben with a few codes and the three documents, and return its folder.

    What more there is by name is the plain interview again, for tests that share a server.
    """
    codes = [
        qc.Code(
            "trust",
            name="Trust",
            definition="Partners rely on each other's word.",
            include=["a promise that is kept"],
        ),
        qc.Code("money", name="Money"),
        qc.Code("shared-budget", name="Shared budget", parent="money"),
        qc.Code("evil", name="<img src=x onerror='window.hacked = 1'>"),
    ]
    project = qc.Project.create(folder, codebook=qc.Codebook("study", codes=codes), coder="ana")
    project.add_coder("ben")
    for name, text in {**DOCUMENTS, **dict.fromkeys(more, PLAIN)}.items():
        project.add_document(text, id=name)
    project.save()
    return folder


def drag_over(page: Page, words: str) -> None:
    """Select words of the open document with the mouse."""
    box = page.evaluate(f"({FIND})({words!r}).getBoundingClientRect().toJSON()")
    middle = (box["top"] + box["bottom"]) / 2
    page.mouse.move(box["left"] + 1, middle)
    page.mouse.down()
    page.mouse.move(box["right"] - 1, middle, steps=4)
    page.mouse.up()


def touch_over(page: Page, words: str, to: str = "") -> None:
    """Select words of the open document, or all from them to others, as a finger does.

    The page takes what is selected when the finger rests.
    """
    page.evaluate(
        f"""([words, to]) => {{
          const range = ({FIND})(words);
          const last = ({FIND})(to || words);
          range.setEnd(last.endContainer, last.endOffset);
          const options = {{ pointerType: "touch", bubbles: true }};
          for (const what of ["pointerdown", "pointercancel"]) {{
            range.startContainer.parentElement.dispatchEvent(new PointerEvent(what, options));
          }}
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }}""",
        [words, to],
    )
