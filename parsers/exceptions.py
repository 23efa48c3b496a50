"""What parsing can raise: one root, children named by what to do next."""

from __future__ import annotations


class ParseError(Exception):
    """A page could not be read."""


class TooComplex(ParseError):
    """The page breaks a limit of the parser: reject it, a second try will not help."""
