"""YAML as text made values, within bounds; what reads it is imported when it is first needed."""

from __future__ import annotations

from typing import Any

__all__ = ["parsed"]


def parsed(text: str) -> tuple[Any, Any]:
    """Return the root node of a YAML text, with marks of where everything stands, and its content.

    Raises
    ------
    ruamel.yaml.error.YAMLError
        When the text is not valid YAML.
    """
    from ruamel.yaml import YAML

    from qualcode.io.raw.yaml_reading import BoundedComposer, MarkingConstructor

    yaml = YAML(typ="safe", pure=True)  # the pure one reads YAML 1.2, in which `no` is a word
    yaml.Composer, yaml.Constructor = BoundedComposer, MarkingConstructor
    root = yaml.compose(text)
    return root, None if root is None else yaml.constructor.construct_document(root)
