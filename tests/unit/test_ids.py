"""Ids: what may be one, and what is made into one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode.errors import DocumentError, did_you_mean
from qualcode.model.ids import check_id, is_id, unique_slug


@pytest.mark.parametrize("id", ["CON", "con", "Prn", "aux", "NUL.txt", "com1", "LPT9.a.b", "com¹"])
def test_what_some_systems_keep_for_a_device_names_no_document(id: str) -> None:
    assert qc.Code(id).id == id, "codes have no files"
    with pytest.raises(DocumentError, match="keep this name for a device"):
        qc.Document(id=id, text="x")
    assert is_id(unique_slug(id, (), default="x"))


@pytest.mark.parametrize("id", ["console", "com", "com10", "lpt", "auxiliary", "nul-1", "a.con"])
def test_names_that_only_look_like_devices_are_ids(id: str) -> None:
    assert is_id(id)


@pytest.mark.parametrize(
    "id", [None, 7, float("nan"), b"a", ["a"], "", "a.", "a b", "a/b", "\ud800"]
)
def test_other_things_are_no_ids(id: Any) -> None:
    with pytest.raises(DocumentError, match="document id"):
        check_id(id, what="document", error=DocumentError)


def test_an_id_is_plain_text() -> None:
    assert type(qc.Code(np.str_("a")).id) is str


def test_nothing_is_close_to_what_is_no_text() -> None:
    assert did_you_mean(["trust"], ["trust"]) == ""
    assert did_you_mean(None, ["none"]) == ""
    assert did_you_mean("x" * 100_000, ["x" * 100_000]) == ""
    assert did_you_mean(1.0, ["1"]) == " Did you mean '1'?"
