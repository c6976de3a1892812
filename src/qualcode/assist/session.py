"""A project that is opened to an assistant, which reads it, proposes, and decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qualcode.assist.reading import Reading, asked
from qualcode.errors import SuggestionError
from qualcode.model.codebooks.codes import Code
from qualcode.model.ids import slug
from qualcode.model.texts.documents import Segment
from qualcode.project.proposing import nearest_passage, quoted_places
from qualcode.project.revising import Revising

__all__ = ["Session"]


class Session(Reading):
    """What one assistant can read and propose; for its parameters, see `Reading`.

    Examples
    --------
    >>> from qualcode import Code, Codebook, Project
    >>> project = Project.create("lent", codebook=Codebook("study", codes=[Code("trust")]), coder="ana")
    >>> _ = project.add_document("We trust them.", id="int-01")
    >>> project.save()
    >>> session = Session("lent", ["int-*"], propose=True)
    >>> session.read_document("int-01")["text"]
    'We trust them.'
    >>> session.propose_coding("int-01", "we trust", "trust", "says so")["outcome"]
    'open'
    >>> len(Project.open("lent").assignments)
    0
    """

    def _proposing(self, **said: str) -> dict[str, Any]:
        """Check that it may propose now, and return what every proposal says."""
        if not self._may_propose:
            raise SuggestionError(
                "this assistant can only read: whoever started it did not give --propose"
            )
        self._limits.check_words(**said)
        waiting = len(self._project.proposals.where(coder=self._coder, outcome="open"))
        if waiting >= self._limits.waiting:
            raise SuggestionError(
                f"{waiting:,} proposals wait for people to decide, and no more are taken until they do"
            )
        self._rate.count()
        return {"coder": self._coder, "machine": self._machine}

    def _located(self, document: str, quote: str, context: str) -> Segment:
        """Return the one passage that words of what is shown name."""
        lent = self._lent[document]
        if not quote.strip():
            raise SuggestionError("the quote is blank: give the words of the passage")
        found = quoted_places(lent.shown, quote, context)
        if len(found) == 1:
            return lent.taken(found[0])
        if found:
            raise SuggestionError(
                f"the quote stands in {len(found)} places of {document}: give as context more of the words "
                "around the one that is meant"
            )
        self._leaves([lent.own.id])
        near = nearest_passage(lent.shown, quote)
        told = "" if near is None else f"; the nearest passage is {near.quote!r}"
        raise SuggestionError(f"the quote does not stand in {document} word for word{told}")

    @asked
    def propose_coding(
        self,
        document: str,
        quote: str,
        code: str,
        why: str,
        context: str = "",
        definition: str = "",
    ) -> dict[str, Any]:
        """Propose a code for a passage; one that is not in the codebook becomes the proposal of a code."""
        said = self._proposing(
            quote=quote, code=code, why=why, context=context, definition=definition
        )
        segment = self._located(document, quote, context)
        made = self._project.propose(segment, code=code, why=why, definition=definition, **said)
        return self._told(made)

    @asked
    def propose_memo(self, target: str, text: str, why: str = "") -> dict[str, Any]:
        """Propose a memo on the project, a code (``code:ID``) or a document that is opened."""
        said = self._proposing(target=target, text=text, why=why)
        kind, _, id = target.partition(":")
        if kind == "document":
            target = f"document:{self._lent[id].own.id}"
        elif kind != "code" and target != "project":
            raise SuggestionError(
                f"a memo on {target!r} cannot be proposed: write 'project', 'code:ID' or 'document:ID'"
            )
        return self._told(self._project.propose_memo(target, text, why=why, **said))

    @asked
    def propose_code(
        self, name: str, definition: str, why: str, parent: str = ""
    ) -> dict[str, Any]:
        """Propose a new code, with its definition, under another code if one is named."""

        def change(codebook: Revising) -> None:
            codebook.add(slug(name), name=name, definition=definition, parent=parent or None)

        return self._propose(change, name=name, definition=definition, why=why, parent=parent)

    @asked
    def propose_merge(self, sources: list[str], into: str, why: str) -> dict[str, Any]:
        """Propose that one code stand for others."""
        return self._propose(
            lambda codebook: codebook.merge(sources, into), why=why, sources=",".join(sources)
        )

    @asked
    def propose_split(self, code: str, parts: list[str], why: str) -> dict[str, Any]:
        """Propose that a code be divided among new ones; which passage goes where is for people to decide."""

        def change(codebook: Revising) -> None:
            above = codebook.codebook[code].parent
            codebook.split(code, {Code(slug(each), each, parent=above): None for each in parts})

        return self._propose(change, code=code, why=why, parts=",".join(parts))

    @asked
    def propose_definition(
        self,
        code: str,
        definition: str,
        why: str,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Propose what a code means; criteria that are not given stay as they are."""
        sense: Any = {"definition": definition}
        if include:
            sense["include"] = list(include)
        if exclude:
            sense["exclude"] = list(exclude)
        return self._propose(
            lambda codebook: codebook.redefine(code, **sense),
            code=code,
            definition=definition,
            why=why,
            criteria="".join([*include, *exclude]),
        )

    @asked
    def propose_grouping(self, theme: str, codes: list[str], why: str) -> dict[str, Any]:
        """Propose a theme: codes that are put under one that groups them, new or there already."""

        def change(codebook: Revising) -> None:
            known = theme in codebook.codebook
            if not known:
                codebook.add(slug(theme), name=theme, codable=False)
            for each in codes:
                codebook.move(each, theme if known else slug(theme))

        return self._propose(change, theme=theme, why=why, codes=",".join(codes))

    def _propose(
        self, change: Callable[[Revising], object], *, why: str, **said: str
    ) -> dict[str, Any]:
        """Propose a change of the codebook, given what makes it and what the assistant says of it."""
        given = self._proposing(why=why, **said)
        before = {each.id for each in self._project.proposals}
        with self._project.propose_revision(why=why, **given) as codebook:
            change(codebook)
        made = [each for each in self._project.proposals if each.id not in before]
        if not made:
            return {
                "note": "nothing was logged: the codebook is so already, or it was proposed before"
            }
        return self._told(made[-1])
