"""Seals of releases: what is a link to a sealed file keeps its digest, everything else is hashed."""

import hashlib
from pathlib import Path

from store.seal import broken, carried, lacking, seal, sums


def test_only_links_are_carried_and_everything_is_sealed(tmp_path: Path) -> None:
    """A copy and a late file are hashed; a linked file that rotted is no longer what its seal says."""
    before, after = tmp_path / "2026-01-01", tmp_path / ".2026-01-02.unfinished"
    for folder in (before, after):
        (folder / "report" / "days").mkdir(parents=True)
    for name in ("top", "report/days/linked", "report/copied", "report/gone"):
        (before / name).write_text(name)
    assert seal(before)
    (before / "report/days/late").write_text("after the seal")
    for name in ("top", "report/days/linked", "report/days/late"):
        (after / name).hardlink_to(before / name)
    (after / "report/copied").write_text("report/copied")

    known = carried(after, before)
    assert known == {
        name: hashlib.sha256(name.encode()).hexdigest() for name in ("top", "report/days/linked")
    }

    (before / "top").write_text("it rots in both, being one file")
    final = tmp_path / "2026-01-02"
    assert seal(after, at=final, known=known)
    after.rename(final)
    assert sums(final).keys() == {
        f"2026-01-02/{name}" for name in ("top", "report/copied", "report/days/late", "report/days/linked")
    }
    assert list(broken(final)) == [("2026-01-02/top", "not the bytes that were written")]
    assert not seal(final)
    (final / "top").unlink()
    assert lacking(final) == {"top"}


def test_a_file_is_sealed_by_its_name_and_a_folder_that_is_gone_carries_nothing(tmp_path: Path) -> None:
    """A single file has nothing after its name."""
    page = tmp_path / "page.warc.gz"
    page.write_bytes(b"page")
    assert seal(page)
    assert sums(page) == {"page.warc.gz": hashlib.sha256(b"page").hexdigest()}
    assert not list(broken(page))
    assert carried(tmp_path, tmp_path / "never") == {}
