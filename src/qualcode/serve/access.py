"""What a request must show: the name it was sent to, and a token."""

from __future__ import annotations

import secrets

import attrs

__all__ = ["LOOPBACK", "Access"]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@attrs.frozen
class Access:
    """What a request must show.

    Parameters
    ----------
    port : int
        Where the server listens.
    hosts : tuple of str
        By which names it is reached.
    token : str
        What nobody else can know.
    entry : str
        What lets in once, instead of the token.
    """

    port: int
    hosts: tuple[str, ...] = LOOPBACK
    token: str = attrs.field(factory=lambda: secrets.token_urlsafe(24), repr=False)
    entry: str = attrs.field(factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def address(self) -> str:
        """The address that lets a browser in, once it was opened there."""
        return self._with(self.token)

    @property
    def entry_address(self) -> str:
        """The address that a browser is started with.

        Everybody on a machine sees what programs are started with: this one lets in a single time.
        """
        return self._with(self.entry)

    def _with(self, token: str) -> str:
        return f"http://{self.hosts[0]}:{self.port}/?token={token}"

    @property
    def cookie(self) -> str:
        """The name of the cookie: browsers do not tell apart those of two ports."""
        return f"qualcode-{self.port}"

    def knows_host(self, host: str) -> bool:
        """Tell whether a request was sent to a name that is this server's.

        A page elsewhere can let its own name point to this machine, but not send another name.
        """
        return host in {f"{each}:{self.port}" for each in self.hosts}

    def has_token(self, given: str | None) -> bool:
        """Tell whether this is the token, in a time that says nothing of it."""
        return _is_same(given, self.token)

    def has_entry(self, given: str | None) -> bool:
        """Tell whether this is what lets in once."""
        return _is_same(given, self.entry)


def _is_same(given: str | None, kept: str) -> bool:
    return given is not None and secrets.compare_digest(given.encode(), kept.encode())
