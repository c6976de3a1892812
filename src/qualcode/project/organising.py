"""Sets of codes, what weights mean, and narrowings and queries saved by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from qualcode.errors import NotFoundError, ProjectError, QueryError, did_you_mean
from qualcode.model.checks import (
    check_mapping,
    check_named,
    check_number,
    check_text,
    check_texts,
    looked_up,
)
from qualcode.model.coding.queries import Query
from qualcode.model.coding.query_names import called_in, with_ids
from qualcode.model.coding.query_parsing import as_query, parse_query
from qualcode.model.fold.fold import NAMED_PARTS
from qualcode.project.editing import Editing
from qualcode.project.view import View, narrowed, variables_record

__all__ = ["Organising"]


class Organising(Editing):
    """A project with sets of codes, a scale of weights, saved views and saved queries."""

    def set_codes(self, name: str, codes: str | Iterable[str], *, coder: str | None = None) -> None:
        """Give a group of codes a name; a set is apart from rollups, and codes may be in several.

        Parameters
        ----------
        name : str
            Of the set; it can be used wherever several codes are asked for, as ``project.code_sets[name]``.
        codes : str or iterable of str
            Ids or names; none removes the set.
        coder : str, optional
            Who says so; the project's author when not given.
        """
        name = check_text(name, what="name", error=ProjectError, empty=False)
        given = check_texts(codes, what="codes", error=ProjectError)
        ids = list(dict.fromkeys(self._recorder.fold.draft.find(code).id for code in given))
        self._set_named("sets", name, ids or None, coder)

    def set_scale(self, labels: Mapping[float, str], *, coder: str | None = None) -> None:
        """Say what weights mean, such as ``{1: "mentioned", 2: "discussed", 3: "central"}``.

        Parameters
        ----------
        labels : mapping of number to str
            A label for each weight. From then on, other weights are refused; an empty scale allows any.
        coder : str, optional
            Who says so; the project's author when not given.

        Raises
        ------
        ProjectError
            When assignments carry weights that the scale lacks.
        """
        given = check_mapping(labels, what="labels", error=ProjectError)
        scale = {
            check_number(weight, what="labels: a weight", error=ProjectError): check_text(
                label, what="labels: a label", error=ProjectError, empty=False
            )
            for weight, label in sorted(given.items(), key=lambda each: str(each[0]))
        }
        scale = dict(sorted(scale.items()))
        if scale:
            weights = self.state.events.standing().weight
            odd = sorted({float(each) for each in weights if each == each} - set(scale))
            if odd:
                raise ProjectError(
                    f"assignments carry the weights {', '.join(f'{each:g}' for each in odd[:5])}, which the "
                    "scale lacks: label them too, or change them first"
                )
        words = {"scale": [[weight, label] for weight, label in scale.items()]}
        done = self._did("set", "project", {}, words, coder=self._who(coder))
        differs = scale != self._recorder.fold.scale or self._is_open("project", "scale")
        if differs and done is None:
            self._record("set", "project", {}, words, coder=self._doing(coder))

    def save_view(
        self,
        name: str,
        *,
        coders: str | Iterable[str] | None = None,
        documents: str | Iterable[str] | None = None,
        origin: str | Iterable[str] | None = None,
        speakers: str | Iterable[str] | None = None,
        roles: str | Iterable[str] | None = None,
        variables: Mapping[str, Any] | None = None,
        coder: str | None = None,
    ) -> View:
        """Save a narrowing of the project by name, and return what it shows; `view` returns it again.

        Parameters
        ----------
        name : str
            What it is called, such as ``"north, wave 2"``.
        coders, documents, origin, speakers, roles
            As for `restricted`.
        variables : mapping, optional
            Documents whose variables, or whose case's, have these values; they are looked up anew each time.
        coder : str, optional
            Who saves it; the project's author when not given.
        """
        name = check_text(name, what="name", error=ProjectError, empty=False)
        given = {"coders": coders, "documents": documents, "origin": origin, "speakers": speakers}
        narrowing = {
            key: list(check_named(value, what=key, error=ProjectError))
            for key, value in {**given, "roles": roles}.items()
            if value is not None
        }
        record: dict[str, Any] = {**narrowing}
        if variables is not None:
            record["variables"] = variables_record(variables)
        if not record:
            raise ProjectError(
                f"the view {name!r} would narrow nothing: give coders, documents, origin, speakers, "
                "roles or variables"
            )
        shown = narrowed(self, record)
        self._set_named("views", name, record, coder)
        return shown

    def drop_view(self, name: str, *, coder: str | None = None) -> None:
        """Forget a saved view.

        Raises
        ------
        NotFoundError
            When there is none of that name.
        """
        name = check_text(name, what="name", error=ProjectError)
        if name not in self._recorder.fold.views:
            if self._did("set", "project", {}, {"views": {name: None}}, coder=self._who(coder)):
                return
            raise NotFoundError(
                f"no view has the name {looked_up(name)}.{did_you_mean(name, self._recorder.fold.views)}"
            )
        self._set_named("views", name, None, coder)

    def save_query(self, name: str, query: Query | str, *, coder: str | None = None) -> Query:
        """Save a query by name, and return it; ``query(name)`` in any other query stands for it.

        Parameters
        ----------
        name : str
            What it is called.
        query : Query or str
            The query, or its text. Names of codes in it become their ids, which no rename changes.
        coder : str, optional
            Who saves it; the project's author when not given.

        Raises
        ------
        QueryError
            When it cannot be read, has a function in it, or would call itself.
        NotFoundError
            When it asks for what the project does not have.

        Examples
        --------
        >>> from qualcode import Codebook, Code, Project, code
        >>> project = Project.new("Study", codebook=Codebook("study", codes=[Code("trust", name="Trust")]))
        >>> project.save_query("trusting", code("Trust").within("turn"))
        code('trust').within('turn')
        >>> print(project.queries["trusting"])
        code(trust) within turn
        """
        name = check_text(name, what="name", error=ProjectError, empty=False)
        given = as_query(query)
        text = str(with_ids(given, self._id_of_code))
        try:
            saved = parse_query(text)
        except QueryError as error:
            raise QueryError(f"the query cannot be kept as text: {error}") from error
        # Asked once, with itself among those saved, so that nothing is kept that has no answer.
        state = self.state
        attrs.evolve(state, queries={**state.queries, name: text}).selected(saved)
        self._set_named("queries", name, text, coder)
        return saved

    def _id_of_code(self, kind: str, key: str) -> str:
        return self._recorder.fold.draft.find(key).id if kind == "code" else key

    def drop_query(self, name: str, *, coder: str | None = None) -> None:
        """Forget a saved query.

        Raises
        ------
        NotFoundError
            When there is none of that name.
        ProjectError
            When another saved query calls it.
        """
        name = check_text(name, what="name", error=ProjectError)
        queries = self._recorder.fold.queries
        if name not in queries:
            if self._did("set", "project", {}, {"queries": {name: None}}, coder=self._who(coder)):
                return
            raise NotFoundError(
                f"no query has the name {looked_up(name)}.{did_you_mean(name, queries)}"
            )
        calling = [each for each, text in queries.items() if name in called_in(parse_query(text))]
        if calling:
            raise ProjectError(
                f"the query {name!r} is called by {', '.join(map(repr, calling))}: drop or change that first"
            )
        self._set_named("queries", name, None, coder)

    def _set_named(self, part: str, name: str, value: Any, coder: str | None) -> None:
        held: Mapping[str, Any] = getattr(
            self._recorder.fold, "code_sets" if part == "sets" else part
        )
        known = held.get(name)
        done = self._did("set", "project", {}, {part: {name: value}}, coder=self._who(coder))
        differs = (list(known) if isinstance(known, tuple) else known) != value or self._is_open(
            "project", f"{NAMED_PARTS[part]} {name}"
        )
        if differs and done is None:
            self._record("set", "project", {}, {part: {name: value}}, coder=self._doing(coder))
