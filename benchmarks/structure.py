"""Speed of reading structure: clauses, targets, measures and integrity for 5,000 characters.

Run: python benchmarks/structure.py
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial

from parsers.document import Metadata
from parsers.structure.clauses import number_clauses
from parsers.structure.integrity import judge
from parsers.structure.measures import find_measures
from parsers.structure.targets import find_targets

CHARACTERS = 5_000
ROUNDS = 30

_CHINESE_PROSE = (
    "（{n}）优化创新布局。深入实施创新平台提质行动，完善政策体系，推动创新链产业链深度融合，健全以企业为主体、市场为导向的协同机制，"
    "引导高校院所与龙头企业联合攻关，形成一批标志性成果，营造尊重人才的良好氛围，持续提升公共服务水平，推进治理体系现代化。\n"
)
_CHINESE_TARGETS = (
    "到2027年，力争培育高新技术企业{n}家，研发投入强度达到2.8%以上，新建重点实验室20个、技术创新中心30个。\n"
)
_ENGLISH_PROSE = (
    "{n}. We will deepen the integration of innovation chains and industrial chains, improve the system of incentives for "
    "research, and encourage universities to work with leading firms on core technologies of the coming industries.\n"
)
_ENGLISH_TARGETS = (
    "We will build {n} provincial laboratories and increase R&D spending to 3 percent of GDP by 2027.\n"
)


ORDINARY, DENSE = (
    12,
    4,
)  # one paragraph in so many holds targets; the founding documents lie at and beyond ORDINARY


def _text(prose: str, targets: str, every: int) -> str:
    parts = [(targets if n % every == 0 else prose).format(n=n) for n in range(1, 99)]
    return "".join(parts)[:CHARACTERS]


def _best(run: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times) * 1000


def main() -> None:
    """Print the best CPU time of each step in milliseconds."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    for name, text in (
        ("Chinese", _text(_CHINESE_PROSE, _CHINESE_TARGETS, ORDINARY)),
        ("English", _text(_ENGLISH_PROSE, _ENGLISH_TARGETS, ORDINARY)),
        ("Chinese, dense", _text(_CHINESE_PROSE, _CHINESE_TARGETS, DENSE)),
        ("English, dense", _text(_ENGLISH_PROSE, _ENGLISH_TARGETS, DENSE)),
    ):
        clauses = number_clauses(text)
        steps: dict[str, Callable[[], object]] = {
            "clauses": partial(number_clauses, text),
            "targets": partial(find_targets, text, clauses, 2023),
            "measures": partial(find_measures, text),
            "integrity": partial(judge, text, Metadata(), clauses),
        }
        count = len(find_targets(text, clauses, 2023))
        print(f"{name}: {len(text):,} characters, {len(clauses)} clauses, {count} targets")
        for step, run in steps.items():
            print(f"  {step:10} {_best(run):6.2f} ms")


if __name__ == "__main__":
    main()
