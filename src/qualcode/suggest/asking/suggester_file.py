"""A project's suggester in a file, which holds arrays and JSON and nothing that can run."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import StoreError, SuggestionError
from qualcode.model.coding.suggestions import Fingerprint
from qualcode.model.state import State
from qualcode.model.values import ByValue
from qualcode.suggest.asking.showing import Learned

if TYPE_CHECKING:
    from qualcode.stats.counting.units import Unit

__all__ = ["SavedSuggester", "read_suggester", "write_suggester"]

_FORMAT = "qualcode-project-suggester/1"
_ABOUT, _MODEL = "project.json", "model.zip"


@attrs.frozen(eq=False)
class SavedSuggester(ByValue):
    """What a file holds of a project's suggester.

    Parameters
    ----------
    name, unit, reading, model, learned
        As of `qualcode.suggest.asking.project_suggester.ProjectSuggester`.
    """

    name: str
    unit: Unit
    reading: Mapping[str, Any]
    model: Any
    learned: Learned


def write_suggester(suggester: SavedSuggester, path: str | os.PathLike[str]) -> None:
    """Write what a suggester has learned to a file, all or nothing; see `ProjectSuggester.save`."""
    learned = suggester.learned
    if not isinstance(suggester.unit, str) or suggester.reading["pipeline"] is not None:
        raise SuggestionError(
            "a suggester with a unit or pipeline of your own cannot be saved: fit it anew when needed"
        )
    about = {
        "format": _FORMAT,
        "name": suggester.name,
        "unit": suggester.unit,
        "reading": suggester.reading,
        "codes": [code.id for code in learned.codes],
        "places": [[row, *place] for row, place in learned.places.items()],
        "documents": sorted(learned.documents),
        "fingerprint": attrs.asdict(learned.fingerprint),
    }
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with TemporaryDirectory() as folder:
            suggester.model.save(Path(folder) / _MODEL)
            model = (Path(folder) / _MODEL).read_bytes()
        with zipfile.ZipFile(temporary, "w") as archive:
            text = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
            # The same suggester gives the same bytes: the hour of saving is no part of it.
            archive.writestr(zipfile.ZipInfo(_ABOUT, (1980, 1, 1, 0, 0, 0)), text)
            archive.writestr(zipfile.ZipInfo(_MODEL, (1980, 1, 1, 0, 0, 0)), model)
        os.replace(temporary, target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StoreError(f"the suggester cannot be saved as {target}: {error}") from error


def read_suggester(
    path: str | os.PathLike[str], state: State, *, encode: Any = None
) -> SavedSuggester:
    """Return a suggester that was saved; see `View.load_suggester`."""
    from qualcode.suggest.asking.material import codebook_digest
    from qualcode.suggest.encoders.encoders import load_encoder
    from qualcode.suggest.finding.rules import Rules
    from qualcode.suggest.stacker.stacker import SharedStacker

    encoder = None if encode is None else load_encoder(encode)
    try:
        with zipfile.ZipFile(path) as archive, TemporaryDirectory() as folder:
            about = json.loads(archive.read(_ABOUT))
            if about["format"] != _FORMAT:
                raise StoreError(
                    f"{path} has the format {about['format']!r}; this version reads {_FORMAT!r}: fit anew"
                )
            (Path(folder) / _MODEL).write_bytes(archive.read(_MODEL))
            model = SharedStacker.load(Path(folder) / _MODEL, encode=encoder)
        gone = [id for id in about["documents"] if id not in state.documents]
        if gone:
            raise StoreError(
                f"the suggester in {path} learned from {gone[0]!r}, which this project does not have: it "
                "was saved for another project"
            )
        known = state.codebook.codes
        codes = tuple(known[id] for id in about["codes"] if id in known)
        fingerprint = Fingerprint(**about["fingerprint"])
        if fingerprint.codebook == codebook_digest(codes):
            rules = Rules.of(codes, language=about["reading"]["language"])
        else:
            rules = Rules.of(())  # of another codebook: it learns anew when it is first asked
        learned = Learned(
            codes,
            rules,
            {row: (document, start, end) for row, document, start, end in about["places"]},
            frozenset(about["documents"]),
            fingerprint,
        )
        return SavedSuggester(about["name"], about["unit"], about["reading"], model, learned)
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"{path} is not a saved suggester: {error}") from error
