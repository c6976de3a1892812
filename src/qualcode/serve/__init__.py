"""A page to code on: a server for one project, on this machine.

`serve` runs it, as ``qualcode serve`` does. Every action is the library's own call on one `Project`, and on
the disk before it is confirmed. Needs the extra ``serve``.
"""

from qualcode.serve.running import serve

__all__ = ["serve"]
