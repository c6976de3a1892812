"""Label Studio's and doccano's exports in JSON: tasks with their text, and labels on stretches of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import StudyError
from qualcode.io.exchange.programs.gathering import Gathering, line_of
from qualcode.io.exchange.study import Study
from qualcode.io.raw.json_files import read_json
from qualcode.model.ids import fold
from qualcode.model.texts.documents import Value
from qualcode.model.texts.offsets import UNITS, code_points

__all__ = ["Labels", "placed", "read_doccano_json", "read_labelstudio_json"]

_NO_PLACE = "is no label on a text, and has no place in a project of texts"
_TEXT_KINDS = ("labels", "hypertextlabels", "paragraphlabels")
_NAMES = ("text", "body", "content", "dialogue", "html", "document", "answer", "review")


def read_labelstudio_json(
    path: Path, *, text: str | None = None, offsets: str | None = None
) -> Study:
    """Return the study in an export of Label Studio, JSON or JSON-MIN.

    Parameters
    ----------
    path : Path
        The file.
    text : str, optional
        The key of a task's text; found when not given: ``"text"``, or the only text there is.
    offsets : {"code point", "utf-16", "utf-8"}, optional
        What offsets count; what fits the words beside them when not given, else UTF-16 units, as browsers do.
    """
    tasks = read_json(path)
    tasks = [tasks] if isinstance(tasks, dict) else tasks
    if not isinstance(tasks, list) or not all(isinstance(each, dict) for each in tasks):
        raise StudyError(f"{path}: is no export of Label Studio, which is a list of tasks")
    reader = _LabelStudio(Gathering(str(path), "labelstudio"), text, offsets)
    for number, task in enumerate(tasks, start=1):
        reader.task(task, number)
    if not reader.study.documents:
        raise StudyError(
            f"{path}: no task has a text: say under which key it stands, as text='…', or export a project of "
            "texts"
        )
    return reader.study.study(path.stem)


@attrs.define
class Labels:
    """Codes by their labels, made when met first."""

    study: Gathering

    def key(self, label: str, *, id: str = "") -> str:
        """Return the key of a label's code; of one that has an id of its own, that."""
        key = f"id:{id}" if id else fold(label)
        if self.study.code_id(key) is None:
            self.study.add_code(key, label, id=id)
        return key


@attrs.define
class _LabelStudio:
    study: Gathering
    text: str | None
    offsets: str | None

    def task(self, task: Mapping[str, Any], number: int) -> None:
        data = task.get("data") if isinstance(task.get("data"), dict) else task
        assert isinstance(data, Mapping)
        key = self._key(data)
        text = _text(data.get(key)) if key else ""
        id = task.get("id", task.get("inner_id", number))
        if not text:
            self.study.lose("loss", "task", "has no text", id=id)
            return
        document = self.study.add_document(id, f"task-{id}", text, variables=_variables(data, key))
        if document is None:
            return
        for each in _dicts(task.get("annotations", task.get("completions"))):
            if each.get("was_cancelled"):
                self.study.lose_many("note", "annotation", "was skipped by who annotated")
                continue
            who, time = _who(each.get("completed_by")), each.get("created_at")
            for result in _dicts(each.get("result")):
                self._result(id, result, who, time)
        for each in _dicts(task.get("predictions")):
            found = len(_dicts(each.get("result")))
            reason = "a machine's prediction is no coding; suggest codes instead"
            self.study.lose_many("note", "prediction", reason, count=found)
        if "annotations" not in task and "completions" not in task:
            self._minimal(id, task, key)

    def _key(self, data: Mapping[str, Any]) -> str:
        if self.text is not None:
            return self.text
        named = next((name for name in _NAMES if _text(data.get(name))), "")
        texts = [
            str(name) for name, value in data.items() if isinstance(value, str) and " " in value
        ]
        return named or (texts[0] if len(texts) == 1 else "")

    def _minimal(self, id: object, task: Mapping[str, Any], key: str) -> None:
        """Take what JSON-MIN has: labels beside the text, under the name of what made them."""
        who, time = _who(task.get("annotator")), task.get("created_at")
        for name, value in task.items():
            if name == key:
                continue
            for each in _dicts(value):
                if "start" in each and "end" in each:
                    kind = next((kind for kind in _TEXT_KINDS if kind in each), "labels")
                    self._result(id, {"type": kind, "value": each}, who, time)

    def _result(self, id: object, result: Mapping[str, Any], who: str, time: object) -> None:
        value, kind = result.get("value"), str(result.get("type", ""))
        value = value if isinstance(value, dict) else {}
        if kind == "relation":
            self.study.lose_many(
                "loss", "relation", "links two segments, and codings are not linked here"
            )
            return
        document = self.study.documents[id]
        if kind in _TEXT_KINDS:
            names = value.get(kind) or value.get("labels") or []
            whole = value.get("globalOffsets")
            places: dict[str, Any] = whole if isinstance(whole, dict) else value
            start, end = places.get("start"), places.get("end")
            quote = value.get("text") if isinstance(value.get("text"), str) else None
            if not isinstance(start, int) or not isinstance(end, int):
                self.study.lose("loss", "coding", "has no offsets in the text", id=result.get("id"),
                                name=quote or "")  # fmt: skip
                return
            place = placed(document.text, start, end, quote, self.offsets, default="utf-16")
        elif kind == "choices":
            names = value.get("choices") or []
            place, quote = (0, len(document.text)), None
        elif kind == "textarea":
            words = value.get("text")
            told = "\n".join(map(str, words)) if isinstance(words, list) else str(words or "")
            self.study.add_memo(f"document:{document.id}", told, coder=who, time=time)
            return
        else:
            self.study.lose_many("loss", f"annotation of type {kind or '?'}", _NO_PLACE)
            return
        for name in names if isinstance(names, list) else [names]:
            self.study.add_coding(
                id, *place, Labels(self.study).key(line_of(name)), coder=who, time=time, quote=quote,
                id=result.get("id") or "",
            )  # fmt: skip
        if not names:
            self.study.lose("loss", "coding", "has no label", id=result.get("id"), name=quote or "")


def placed(
    text: str, start: int, end: int, quote: str | None, offsets: str | None, *, default: str
) -> tuple[int, int]:
    """Return code points of offsets: in the unit that is said, that fits the words, or that is usual."""
    for unit in (offsets,) if offsets else (*(UNITS if quote else ()), default):
        first, last = code_points(text, [start, end], str(unit))
        if offsets or not quote or text[first:last] == quote:
            return first, last
    first, last = code_points(text, [start, end], default)
    return first, last


def _text(value: object) -> str:
    """Return a text; that of a dialogue, whose turns are listed, with a line for each."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        lines = []
        for each in value:
            who = each.get("author") or each.get("speaker") or each.get("name")
            said = str(each.get("text") or each.get("phrase") or "")
            lines.append(f"{who}: {said}" if who else said)
        return "\n".join(lines)
    return ""


def _variables(data: Mapping[str, Any], key: str) -> dict[str, Value]:
    """Return the plain values that stand beside a text."""
    return {
        str(name): value
        for name, value in data.items()
        if name
        not in (key, "id", "annotator", "annotation_id", "lead_time", "created_at", "updated_at")
        and isinstance(value, str | int | float | bool)
        and str(value).strip()
        and len(str(value)) < 1000
        and -(2**63) <= (value if isinstance(value, int) else 0) < 2**63
    }


def _who(value: object) -> str:
    if isinstance(value, dict):
        return str(value.get("username") or value.get("id") or "")
    return "" if value is None else f"annotator {value}" if isinstance(value, int) else str(value)


def _dicts(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        return []
    return [each for each in value if isinstance(each, dict)]


# doccano


def read_doccano_json(path: Path, *, offsets: str | None = None) -> Study:
    """Return the study in an export of doccano, JSON or JSON in lines.

    Parameters
    ----------
    path : Path
        The file.
    offsets : {"code point", "utf-16", "utf-8"}, optional
        What offsets count; code points when not given, as doccano does.
    """
    rows = read_json(path)
    rows = [rows] if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not any(
        isinstance(each, dict) and "text" in each for each in rows
    ):
        raise StudyError(f"{path}: is no export of doccano, which has a text in each row")
    study = Gathering(str(path), "doccano")
    labels = Labels(study)
    for number, row in enumerate(_dicts(rows), start=1):
        id, text = row.get("id", number), str(row.get("text") or "")
        if not text:
            study.lose("loss", "document", "has no text", id=id)
            continue
        meta = row.get("meta", row.get("metadata"))
        extra = meta if isinstance(meta, dict) else {}
        known = (
            "text",
            "label",
            "labels",
            "entities",
            "relations",
            "Comments",
            "comments",
            "cats",
            "meta",
        )
        beside = {name: value for name, value in row.items() if name not in known}
        document = study.add_document(
            id, f"document-{id}", text, variables=_variables({**beside, **extra}, "text")
        )
        if document is None:
            continue
        who = row.get("annotator", row.get("user", ""))
        for start, end, name in _spans(row):
            place = placed(text, start, end, None, offsets, default="code point")
            study.add_coding(id, *place, labels.key(line_of(name)), coder=_who(who or None))
        for name in _categories(row):
            study.add_coding(id, 0, len(text), labels.key(line_of(name)), coder=_who(who or None))
        relations = row.get("relations")
        count = len(relations) if isinstance(relations, list) else 0
        study.lose_many(
            "loss", "relation", "links two segments, and codings are not linked here", count=count
        )
        for comment in row.get("Comments") or row.get("comments") or []:
            study.add_memo(f"document:{document.id}", comment if isinstance(comment, str) else "")
    return study.study(path.stem)


def _spans(row: Mapping[str, Any]) -> Iterator[tuple[int, int, str]]:
    for each in _dicts(row.get("entities")) + _dicts(row.get("label")) + _dicts(row.get("labels")):
        start = each.get("start_offset", each.get("start"))
        end = each.get("end_offset", each.get("end"))
        if isinstance(start, int) and isinstance(end, int):
            yield start, end, str(each.get("label", ""))
    for name in ("label", "labels"):
        for each in row.get(name) or [] if isinstance(row.get(name), list) else []:
            if (
                isinstance(each, list)
                and len(each) >= 3
                and all(isinstance(at, int) for at in each[:2])
            ):
                yield each[0], each[1], str(each[2])


def _categories(row: Mapping[str, Any]) -> Iterator[str]:
    for name in ("label", "labels", "cats"):
        value = row.get(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and each.strip():
                yield each
