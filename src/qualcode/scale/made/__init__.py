"""Tables made from documents that are no project: units, codings, suggestions, and made-up answers."""
