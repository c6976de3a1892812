"""A small study for tests of pages: a plain interview, one in many scripts, one full of script tags."""

from __future__ import annotations

from pathlib import Path

import qualcode as qc

__all__ = ["EVIL", "ODD", "PLAIN", "make_study"]

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


def make_study(folder: Path) -> Path:
    """Make a study of ana and ben with a few codes and the three documents, and return its folder."""
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
    for name, text in DOCUMENTS.items():
        project.add_document(text, id=name)
    project.save()
    return folder
