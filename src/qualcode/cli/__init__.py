"""The command line: thin commands, each of which calls the library once and prints what it returns."""

from qualcode.cli.app import main

__all__ = ["main"]
