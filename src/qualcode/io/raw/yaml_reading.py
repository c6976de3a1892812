"""Reading YAML that may be meant to do harm: what is nested or repeated without end is refused early.

The parser's own limits are those of Python: deep brackets end in a recursion error after seconds, aliases
of aliases fill the memory, and a number of many digits is no number to Python.
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import ScalarNode

__all__ = ["BoundedComposer", "MarkingConstructor"]

_DEEPEST = 100
_GROWTH = 100_000  # how many nodes aliases may add to what is written
_DIGITS = 1_000


class BoundedComposer(Composer):
    """Composes nodes, and refuses texts that are nested too deeply or that aliases make too large."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader=loader)
        self._level = 0
        self._written = 0
        # How many nodes each node stands for, and how deep they are nested; aliases counted in full.
        self._measures: dict[int, tuple[int, int]] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose the next node."""
        event = self.parser.peek_event()
        self._level += 1
        if self._level > _DEEPEST:
            raise _fault(f"it is nested more than {_DEEPEST} deep", event)
        node = super().compose_node(parent, index)
        self._level -= 1
        if isinstance(event, AliasEvent):
            if id(node) not in self._measures:
                raise _fault(f"the alias {event.anchor!r} stands inside of what it repeats", event)
            return node
        self._written += 1
        size, depth = self._measured(node)
        if depth > _DEEPEST:
            raise _fault(f"its aliases are nested more than {_DEEPEST} deep", event)
        if size > self._written + _GROWTH:
            raise _fault("its aliases repeat each other too often", event)
        self._measures[id(node)] = size, depth
        return node

    def _measured(self, node: Any) -> tuple[int, int]:
        if isinstance(node, ScalarNode):
            return 1, 1
        below = [
            self._measures[id(each)]
            for child in node.value
            for each in (child if isinstance(child, tuple) else (child,))
        ]
        sizes, depths = zip(*below, strict=True) if below else ((), (0,))
        return 1 + sum(sizes), 1 + max(depths)


class MarkingConstructor(SafeConstructor):
    """Makes values of nodes, and says on which line a scalar is not what it claims to be."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """Make the value of a node."""
        if not isinstance(node, ScalarNode):
            return super().construct_object(node, deep=deep)
        kind = str(node.tag).rpartition(":")[2]
        if kind in ("int", "float") and len(node.value) > _DIGITS:
            raise _construct_fault(f"a number of {len(node.value):,} digits", node)
        try:
            return super().construct_object(node, deep=deep)
        # What the library raises for a date that there is not, or for an explicit tag that does not fit.
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise _construct_fault(f"{node.value[:40]!r} is no {kind}", node) from error


def _fault(problem: str, event: Any) -> ComposerError:
    return ComposerError(None, None, problem, event.start_mark)


def _construct_fault(problem: str, node: Any) -> ConstructorError:
    advice = "put it in quotes if it is meant as text"
    return ConstructorError(None, None, f"{problem}: {advice}", node.start_mark)


# SafeConstructor keeps its table of constructors by class.
MarkingConstructor.yaml_constructors = dict(SafeConstructor.yaml_constructors)
