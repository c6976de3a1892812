"""What the server refuses, as an answer with a status."""

from __future__ import annotations

from collections.abc import Sequence

from qualcode.errors import LockedError, NotFoundError, QualcodeError, StoreError

__all__ = ["Refusal", "as_refusal"]


class Refusal(QualcodeError, ValueError):
    """A request that is not done.

    Parameters
    ----------
    message : str
        What is wrong, and what would do.
    status : int
        Of HTTP.
    kind : str
        A name for programs.
    retry : bool
        Whether the same request may be fine later.
    codes : sequence of str
        Codes that it is about.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 409,
        kind: str = "Refused",
        retry: bool = False,
        codes: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.retry = retry
        self.codes = tuple(codes)

    def to_data(self) -> dict[str, object]:
        """Return what the answer holds."""
        error: dict[str, object] = {"kind": self.kind, "message": str(self), "retry": self.retry}
        if self.codes:
            error["codes"] = list(self.codes)
        return {"error": error}


def as_refusal(error: QualcodeError) -> Refusal:
    """Return the answer to a request in which an error arose."""
    if isinstance(error, Refusal):
        return error
    status, retry = 409, False
    if isinstance(error, NotFoundError):
        status = 404
    elif isinstance(error, LockedError | StoreError):
        status, retry = 503, True
    return Refusal(str(error), status=status, kind=type(error).__name__, retry=retry)
