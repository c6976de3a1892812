"""Optional dependencies: imported when first used, and named helpfully when missing."""

from __future__ import annotations

import importlib
from typing import Any

from qualcode.errors import MissingExtraError

__all__ = ["require"]


def require(module: str, *, extra: str) -> Any:
    """Import a module that an extra brings.

    Parameters
    ----------
    module : str
        The module's dotted name, such as ``"matplotlib.figure"``.
    extra : str
        The extra of qualcode that installs it.

    Raises
    ------
    MissingExtraError
        When the module is not installed; the message has the command that installs it.

    Examples
    --------
    >>> require("json", extra="stats").dumps([1])
    '[1]'
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingExtraError(
            f"this needs the package {package!r}, which is not installed: "
            f"pip install 'qualcode[{extra}]'"
        ) from error
