"""Precision and recall of linking and of relations on the labelled sets of the tests: `python -m benchmarks.labelled`, a few seconds."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable

from parsers.works.relations import relations
from tests.parsers.works.corpus import pairs
from tests.parsers.works.sentences import LABELLED
from tests.parsers.works.test_match import judged
from tests.parsers.works.test_relations import target_of

POLICIES = 48


def _row(name: str, outcomes: Iterable[tuple[bool, bool]]) -> str:
    counts = Counter(outcomes)
    right, wrong, missed = counts[True, True], counts[False, True], counts[True, False]
    return f"| {name} | {right + missed} | {right / (right + wrong):.3f} | {right / (right + missed):.3f} |"


def main() -> None:
    """Print the table."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    begun = time.perf_counter()
    labelled = pairs(0, POLICIES)
    outcomes = [(pair.label, judged(pair)) for pair in labelled]
    seconds = time.perf_counter() - begun
    print("| what | positives | precision | recall |\n|---|---|---|---|")
    for label in ("same", "about"):
        print(_row(f"linking: {label}", ((want == label, got == label) for want, got in outcomes)))
    told = [
        ({(kind, target_of(name)) for kind, name in wanted}, {(item.kind, item.identifier or target_of(item.title or "")) for item in relations(title, text, kind)})
        for title, text, kind, wanted in LABELLED
    ]  # fmt: skip
    print(
        _row(
            "relations",
            ((item in wanted, item in found) for wanted, found in told for item in wanted | found),
        )
    )
    print(
        f"\n{len(labelled)} pairs, {sum(pair.label != 'same' for pair in labelled)} of them near misses; {seconds:.1f} s"
    )


if __name__ == "__main__":
    main()
