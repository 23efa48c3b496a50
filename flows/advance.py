"""How far a long step is, told on a logger of its own: the run's log says what happened, not each page."""

from __future__ import annotations

import logging

PROGRESS = "policy-ingest.progress"
"""Name of that logger. Its records have `source_id`, `done` and `total`."""

_logger = logging.getLogger(PROGRESS)


def advanced(name: str, done: int, total: int, what: str) -> None:
    """Say that so many of a source's, or a step's, pieces are done."""
    _logger.info(
        "%s: %d of %d %s", name, done, total, what, extra={"source_id": name, "done": done, "total": total}
    )
