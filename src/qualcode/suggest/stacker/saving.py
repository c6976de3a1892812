"""A fitted suggester in a file: arrays and JSON in a zip archive, nothing that can run when it is read.

The same suggester gives the same bytes. An encoder is not saved, only its fingerprint: the same one is given
again on loading. What stands in for the shared stacker is not saved: it may hold anything.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from scipy import sparse

from qualcode.errors import StoreError
from qualcode.suggest.bench.coded_texts import CodeText, Phrase
from qualcode.suggest.bench.frequencies import Rates
from qualcode.suggest.bench.texts import Encoded, TextSpace
from qualcode.suggest.bench.trust import Calibration, Trust
from qualcode.suggest.encoders.encoders import encoder_fingerprint
from qualcode.suggest.stacker.code_pairs import Scaling, Stack
from qualcode.suggest.stacker.fitted import FittedStack
from qualcode.suggest.stacker.scores import BaseScores

__all__ = ["fingerprint", "load_fitted", "save_fitted"]

_FORMAT = "qualcode-suggester/1"
_CLASSES: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        BaseScores,
        Calibration,
        CodeText,
        Encoded,
        FittedStack,
        Phrase,
        Rates,
        Scaling,
        Stack,
        TextSpace,
        Trust,
    )
}


def _pack(value: Any, arrays: list[Any]) -> Any:
    """Return a value as JSON, its arrays put aside."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if sparse.issparse(value):
        parts = [_pack(part, arrays)["array"] for part in (value.data, value.indices, value.indptr)]
        return {"sparse": parts, "shape": list(value.shape)}
    if isinstance(value, tuple):
        return {"tuple": [_pack(item, arrays) for item in value]}
    if isinstance(value, Mapping):
        return {"mapping": [[key, _pack(item, arrays)] for key, item in value.items()]}
    fields = {
        field.name: _pack(getattr(value, field.name), arrays)
        for field in attrs.fields(type(value))
        if field.name not in ("encode_with", "scorer")
    }
    return {"class": type(value).__name__, "fields": fields}


def _unpack(value: Any, arrays: list[Any], encode: Any) -> Any:
    """Return what was packed."""
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return arrays[value["array"]]
    if "sparse" in value:
        parts = tuple(arrays[i] for i in value["sparse"])
        return sparse.csr_matrix(parts, shape=value["shape"])
    if "tuple" in value:
        return tuple(_unpack(item, arrays, encode) for item in value["tuple"])
    if "mapping" in value:
        return {key: _unpack(item, arrays, encode) for key, item in value["mapping"]}
    fields = {name: _unpack(item, arrays, encode) for name, item in value["fields"].items()}
    if value["class"] == "TextSpace":
        fields["encode_with"] = encode
    return _CLASSES[value["class"]](**fields)


def _entries(fitted: FittedStack) -> list[tuple[str, bytes]]:
    arrays: list[Any] = []
    content = {
        "format": _FORMAT,
        "encoder": encoder_fingerprint(fitted.space.encode_with),
        "content": _pack(fitted, arrays),
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    entries = [("suggester.json", text.encode("utf-8", "surrogatepass"))]
    for i, array in enumerate(arrays):
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
        entries.append((f"{i}.npy", buffer.getvalue()))
    return entries


def fingerprint(fitted: Any) -> str:
    """Return a digest of everything a fitted suggester knows.

    Parameters
    ----------
    fitted : FittedStack, or anything with an attribute `fingerprint`
        What was learned.
    """
    if not isinstance(fitted, FittedStack):
        return str(fitted.fingerprint)
    digest = sha256()
    for name, data in _entries(fitted):
        digest.update(f"{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def save_fitted(fitted: Any, path: str | os.PathLike[str]) -> None:
    """Write a fitted suggester to a file, all or nothing.

    Parameters
    ----------
    fitted : FittedStack
        The suggester.
    path : str or path
        The file.

    Raises
    ------
    StoreError
        When the file cannot be written, or it is not the shared stacker's.
    """
    target = Path(path)
    if not isinstance(fitted, FittedStack):
        raise StoreError(
            f"{type(fitted).__name__} cannot be saved as {target}: only what the shared stacker learned is "
            "arrays and nothing else. Fit it again, or save its scikit-learn estimator with skops"
        )
    if fitted.scorer is not None:
        raise StoreError(
            f"what was learned beside a scorer of your own cannot be saved as {target}, since the scorer "
            "cannot: fit it again, which takes seconds where the scorer keeps its answers"
        )
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for name, data in _entries(fitted):
                # The earliest date that a zip archive knows: the hour of saving is no part of a suggester.
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, data)
        os.replace(temporary, target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StoreError(f"the suggester cannot be saved as {target}: {error}") from error


def load_fitted(
    path: str | os.PathLike[str], *, encode: Callable[[list[str]], Any] | None = None
) -> FittedStack:
    """Return a suggester that was saved. Nothing in the file is run.

    Parameters
    ----------
    path : str or path
        The file.
    encode : callable, optional
        The encoder that it was fitted with, if it was.

    Raises
    ------
    StoreError
        When the file is not a saved suggester, or the encoder is missing or another one.
    """
    given = encoder_fingerprint(encode)
    try:
        with zipfile.ZipFile(path) as archive:
            text = archive.read("suggester.json").decode("utf-8", "surrogatepass")
            content = json.loads(text)
            arrays = [
                np.lib.format.read_array(io.BytesIO(archive.read(f"{i}.npy")), allow_pickle=False)
                for i in range(len(archive.namelist()) - 1)
            ]
        if content["format"] != _FORMAT:
            raise StoreError(
                f"{path} has the format {content['format']!r}; this version reads {_FORMAT!r}: fit anew"
            )
        if content["encoder"] and encode is None:
            raise StoreError(
                f"the suggester in {path} was fitted with an encoder, with the fingerprint "
                f"{content['encoder'][:12]}: give it as encode=…"
            )
        if content["encoder"] and content["encoder"] != given:
            raise StoreError(
                f"the suggester in {path} was fitted with another encoder, with the fingerprint "
                f"{content['encoder'][:12]} and not {str(given)[:12]}: give that one, "
                "or fit anew"
            )
        fitted = _unpack(content["content"], arrays, encode if content["encoder"] else None)
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"{path} is not a saved suggester: {error}") from error
    if not isinstance(fitted, FittedStack):
        raise StoreError(f"{path} is not a saved suggester: it holds something else")
    return fitted
