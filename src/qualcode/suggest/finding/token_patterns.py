"""Patterns of tokens, found by spaCy's Matcher: in a blank pipeline, or in one of the user's own.

What a pipeline does not set, a pattern would silently never find: so that is an error beforehand.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Any

from attrs import field, frozen

from qualcode._extras import require
from qualcode.errors import MissingExtraError, SuggestionError
from qualcode.model.checks import shown
from qualcode.model.codebooks.patterns import Pattern, plain
from qualcode.model.values import ByValue

__all__ = ["Found", "TokenPatterns", "check_pipeline"]

Found = tuple[tuple[int, int, int], ...]
"""The number of each pattern found, and where it starts and ends in the text."""

_BLOCK = 500
# For what each attribute of a token stands in the description of a pipeline's components, and which of
# spaCy's components set it. Every other attribute is set by the tokenizer.
_NEEDS = {
    "TAG": ("token.tag", "tagger"),
    "POS": ("token.pos", "morphologizer, or tagger with attribute_ruler"),
    "MORPH": ("token.morph", "morphologizer"),
    "LEMMA": ("token.lemma", "lemmatizer"),
    "DEP": ("token.dep", "parser"),
    "ENT_TYPE": ("token.ent_type", "ner or entity_ruler"),
    "ENT_IOB": ("token.ent_iob", "ner or entity_ruler"),
    "ENT_ID": ("token.ent_id", "entity_ruler"),
    "ENT_KB_ID": ("token.ent_kb_id", "entity_linker"),
    "SENT_START": ("token.is_sent_start", "parser, senter or sentencizer"),
    "IS_SENT_START": ("token.is_sent_start", "parser, senter or sentencizer"),
}
# Stanza and the like set attributes without any component, so a few words are tried.
_SAMPLE = "They rely on each other."


@frozen(eq=False)
class TokenPatterns(ByValue):
    """Patterns of tokens to be found in texts.

    Parameters
    ----------
    nlp : spaCy pipeline
        What cuts texts into tokens.
    matcher : spaCy Matcher
        What finds the patterns.
    numbers : mapping of int to int
        The number of the pattern for each of the matcher's keys.
    whole : bool
        Whether all components of the pipeline are needed, and not its tokenizer alone.
    """

    nlp: Any = field(repr=False)
    matcher: Any = field(repr=False)
    numbers: Mapping[int, int] = field(repr=False)
    whole: bool

    @classmethod
    def of(
        cls,
        patterns: Sequence[tuple[str, Pattern]],
        *,
        language: str = "en",
        pipeline: Any = None,
    ) -> TokenPatterns:
        """Return patterns ready to be found.

        Parameters
        ----------
        patterns : sequence of (str, pattern)
            Each with the words by which messages call it.
        language : str, default "en"
            Of the blank pipeline that is used when there is no other.
        pipeline : spaCy pipeline or path, optional
            A loaded pipeline, or the folder of one.

        Raises
        ------
        MissingExtraError
            When spaCy, or what it needs for the language, is not installed.
        SuggestionError
            For a pattern that spaCy does not understand, or that the pipeline can never match.
        """
        nlp = _pipeline(language, pipeline)
        matcher = require("spacy.matcher", extra="spacy").Matcher(nlp.vocab, validate=True)
        numbers = {}
        needed: set[str] = set()
        for number, (where, pattern) in enumerate(patterns):
            try:
                matcher.add(str(number), [plain(pattern)], greedy="LONGEST")
            except (ValueError, re.error) as error:
                raise SuggestionError(f"{where}: {_told(error)}") from error
            attributes = {name.upper() for token in pattern for name in token}
            _check_attributes(nlp, attributes & set(_NEEDS), where)
            _check_extensions(pattern, where)
            _check_case(pattern, where)
            numbers[nlp.vocab.strings[str(number)]] = number
            needed |= attributes & {*_NEEDS, "_"}
        return cls(nlp, matcher, numbers, bool(needed))

    def find(self, texts: Iterable[str]) -> Iterator[Found]:
        """Yield what is found in each text; the matches of one pattern do not overlap.

        Parameters
        ----------
        texts : iterable of str
            Read a block at a time.
        """
        waiting = iter(texts)
        while block := list(islice(waiting, _BLOCK)):
            # spaCy remembers every word it ever sees; here it forgets them after each block.
            with self._forgetting():
                read = self.nlp.pipe(block) if self.whole else map(self.nlp.make_doc, block)
                found = [self._found(each) for each in read]
            yield from found

    def _forgetting(self) -> AbstractContextManager[Any]:
        zone: AbstractContextManager[Any] = self.nlp.memory_zone()
        return nullcontext() if self.nlp.vocab.in_memory_zone else zone

    def _found(self, doc: Any) -> Found:
        # Whether anything sets the attributes was checked; not every text has words that get them.
        matches = self.matcher(doc, allow_missing=True)
        spans = ((self.numbers[key], doc[start:end]) for key, start, end in matches if end > start)
        return tuple((number, span.start_char, span.end_char) for number, span in spans)


def check_pipeline(pipeline: Any) -> None:
    """Refuse what can be no spaCy pipeline, nor say where one is.

    Parameters
    ----------
    pipeline : object
        What was given for one.

    Raises
    ------
    SuggestionError
        When it is neither None nor a path, and cannot be called with a text.
    """
    if not (pipeline is None or isinstance(pipeline, str | os.PathLike) or callable(pipeline)):
        raise SuggestionError(
            f"pipeline must be a loaded spaCy pipeline or the folder of one, not {shown(pipeline)}"
        )


def _pipeline(language: str, pipeline: Any) -> Any:
    check_pipeline(pipeline)
    spacy = require("spacy", extra="spacy")
    if isinstance(pipeline, str | os.PathLike):
        try:
            return spacy.load(pipeline)
        except (ImportError, OSError, ValueError) as error:
            raise SuggestionError(
                f"no spaCy pipeline can be loaded from {os.fspath(pipeline)!r}: give the folder of one, or "
                f"a loaded pipeline. spaCy says: {_told(error)}"
            ) from error
    if pipeline is not None:
        return pipeline
    try:
        nlp = spacy.blank(language)
    except ImportError as error:
        raise MissingExtraError(
            f"spaCy has no blank pipeline for the language {language!r}: {_told(error)}"
        ) from error
    nlp.max_length = 1 << 40  # the limit is meant for components that it does not have
    return nlp


def _check_attributes(nlp: Any, attributes: Iterable[str], where: str) -> None:
    declared = {each for name in nlp.pipe_names for each in _set_by(nlp, name)}
    missing = [name for name in attributes if _NEEDS[name][0] not in declared]
    if not missing:
        return
    sample = nlp(_SAMPLE)
    for name in sorted(missing):
        # What kind of entity it is, is set for entities only.
        if not sample.has_annotation("ENT_IOB" if name == "ENT_TYPE" else name):
            has = f"it has {', '.join(nlp.pipe_names)}" if nlp.pipe_names else "it is a blank one"
            raise SuggestionError(
                f"{where} asks for {name}, which nothing in the spaCy pipeline sets ({has}), so it would "
                f"never match: give a pipeline with {_NEEDS[name][1]}, or write the pattern with LOWER"
            )


def _set_by(nlp: Any, name: str) -> Iterator[str]:
    """Yield what a component of a pipeline says it sets, and what two of spaCy's own do not say."""
    described = nlp.get_pipe_meta(name)
    yield from described.assigns
    if described.factory == "attribute_ruler":
        for rule in nlp.get_pipe(name).patterns:
            yield from (f"token.{each.lower()}" for each in rule["attrs"])
    elif described.factory == "entity_ruler":
        yield "token.ent_id"


def _check_extensions(pattern: Pattern, where: str) -> None:
    token = require("spacy.tokens", extra="spacy").Token
    for name in (name for each in pattern for name in each.get("_", ())):
        if not token.has_extension(name):
            raise SuggestionError(
                f"{where} asks for the extension {name!r}, which tokens do not have: register it with "
                "spacy.tokens.Token.set_extension"
            )


def _check_case(pattern: Pattern, where: str) -> None:
    for token in pattern:
        for name, wanted in token.items():
            given = wanted.get("IN", ()) if isinstance(wanted, Mapping) else (wanted,)
            for text in given if name.upper() == "LOWER" else ():
                if isinstance(text, str) and text != text.lower():
                    raise SuggestionError(
                        f"{where} asks for LOWER {text!r}, which no word in lower case can be: write "
                        f"{text.lower()!r}"
                    )


def _told(error: Exception) -> str:
    """Return the message of one of spaCy's errors in one line, less what it says of its own insides."""
    lines = str(error).splitlines()
    return " ".join(" ".join([line for line in lines if line.startswith("- ")] or lines).split())
