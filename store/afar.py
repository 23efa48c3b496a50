"""Everything that lies on an object store, to be verified: what is not here is fetched, and what is here is compared.

A working copy that made the data would else vouch for files that the store has lost, or that have rotted there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from store.archive import closed_files
from store.origin import Origin, object_digest, origin_of
from store.recover import released
from store.seal import file_digest, is_sealed, seal_of, sums
from store.shelf import AT_ONCE, manifest, shelved, taken_down
from store.sync import pull
from store.verify import Fault


def bring_all(data: Path) -> tuple[Fault, ...]:
    """Bring all of the archive and all releases here, to be verified; the copy's lock is held.

    Nothing is done for a folder that is its own home.

    Returns:
        The objects that are gone or damaged, and of which a file is here: of the others `verify` tells.

    Raises:
        DigestMismatch: a release that is not here cannot be fetched whole.
        StorageFault: the object store does not answer.
    """
    origin = origin_of(data)
    if origin is None:
        return ()
    here = {
        path.relative_to(data).as_posix()
        for folder in ("archive", "releases")
        for path in (data / folder).rglob("*")
        if path.is_file()
    }
    pull(data, archive=True)
    made = released(data)
    names = [name for name in shelved(data) if name in made]  # one that a run sent before it died is none
    meant = _archived(data) | _released(origin, names)
    faults = tuple(_compared(origin, data, {key: meant[key] for key in sorted(here & meant.keys())}))
    for name in names:
        taken_down(data, name)
    return faults


def _archived(data: Path) -> dict[str, str | None]:
    """SHA-256 that each WARC file has by its seal, and that of the seal, by key."""
    archive = data / "archive"
    sealed = {name: archive / name for name in closed_files(archive) if is_sealed(archive / name)}
    return {f"archive/{name}": sums(path).get(path.name) for name, path in sealed.items()} | {
        f"archive/{name}.sha256": file_digest(seal_of(path)) for name, path in sealed.items()
    }


def _released(origin: Origin, names: list[str]) -> dict[str, str | None]:
    """SHA-256 that each file of the releases has by their manifests, by key: most are of several."""
    return {file.key: file.sha256 for name in names for file in (manifest(origin, name) or {}).values()}


def _compared(origin: Origin, data: Path, meant: Mapping[str, str | None]) -> Iterator[Fault]:
    with ThreadPoolExecutor(AT_ONCE) as several:
        there = several.map(lambda key: object_digest(origin, key), meant)
        for (key, digest), found in zip(meant.items(), there, strict=True):
            sent_again = key.startswith("archive/")
            if found is None:
                action = "the next run sends it" if sent_again else f"put it back from {data / key}"
                yield Fault(f"{origin.url}/{key}", "not on the object store", action)
            elif digest not in {None, found}:
                again = (
                    "delete it there, and the next run sends it again" if sent_again else "put it back there"
                )
                yield Fault(
                    f"{origin.url}/{key}", "not the bytes that were sent", f"{again}, from {data / key}"
                )
