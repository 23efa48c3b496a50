"""kill -9 at any moment: nothing that was archived is lost, and the next run ends where an undisturbed one does."""

from __future__ import annotations

from pathlib import Path

from tests.faults.kill import kill_builds, kill_points


def test_a_killed_run_costs_nothing(tmp_path: Path) -> None:
    """A few random moments; the script of the same name tries a hundred, and whole runs."""
    points = list(kill_points(5, 2, tmp_path))

    assert len(points) == 5
    assert [point for point in points if not point.good] == []


def test_a_killed_build_or_publish_ends_where_an_undisturbed_one_does(tmp_path: Path) -> None:
    """Row by row, over all tables of the release; the script tries two hundred moments."""
    points = list(kill_builds(6, 3, tmp_path))

    assert len(points) == 6
    assert [point for point in points if not point.good] == []
