"""Pages read elsewhere: the tables are those that one process writes, also where a worker is lost in the middle."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import active_children, get_context
from pathlib import Path

import pyarrow as pa
import pytest
from distributed import Client, LocalCluster

from flows.attachments.reader import OCR
from flows.build import build_tables
from flows.cluster import reach
from flows.exceptions import CorrectTheRunner
from flows.ingest import import_paths
from flows.run import new_run
from flows.runner import HERE, Runner, runner_of
from flows.spread import processes, read_batch, spread
from store import tables
from tests.flows.conftest import Desk, Site, listing, notice
from tests.hostile_files import sample

PAGES = 70
"""More than four batches, so that two workers have some each, and one is at work when it is lost."""
OF_THE_RUN = ("run_id", "time", "issue_id")


@pytest.fixture
def archived(desk: Desk, site: Site) -> Desk:
    """An archive of many pages, some with annexes, one that is no document; nothing is read yet."""
    links = [(f"/{n}.html", f"关于第{n}批科技计划项目立项的通知") for n in range(PAGES)]
    site.write("/", listing(*links))
    for n, (path, title) in enumerate(links):
        annex = f'<a href="/{n}.docx">附件：项目表.docx</a>' if n % 10 == 0 else ""
        body = [
            f"各有关单位：第{n}批项目{n + 20}项已经审定。",
            *[f"（{m}）按照要求落实第{n * m}号任务。" for m in range(40)],
        ]
        site.write(path, notice(title, *body, annex))
        site.pages[f"/{n}.docx"] = (200, sample("docx-plain"))
    site.write(
        "/7.html", "<title>首页</title>" + "".join(f"<a href=/{n}.html>栏目{n}</a>" for n in range(40))
    )
    desk.refresh(1)
    return desk


def written(data: Path, name: str) -> list[str]:
    """The rows of a table without what names the run, in an order of their own."""
    rows = tables.read(data / "tables", name)
    kept = rows.select([column for column in rows.schema.names if column not in OF_THE_RUN])
    return sorted(map(str, pa.Table.to_pylist(kept)))


def copied(desk: Desk, name: str) -> Path:
    """The data folder once more."""
    return Path(shutil.copytree(desk.data, desk.data.with_name(name)))


def same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same documents, readings and issues, each once."""
    return all(written(one, name) == written(other, name) for name in ("documents", "readings", "issues"))


def test_several_processes_write_what_one_writes(archived: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents, readings and issues, in the same versions."""
    monkeypatch.setattr("flows.spread.MANY", 1)
    other = copied(archived, "several")
    here = build_tables(archived.run(1), [archived.source])
    with processes(2, other, [archived.source]) as read_all:
        spread = build_tables(new_run(other, now=archived.run(1).started), [archived.source], read_all)
        assert len(active_children()) == 2

    assert (spread.new, spread.rejected) == (here.new, here.rejected) == (PAGES - 1, 1)
    assert same(archived.data, other)


def test_a_few_documents_are_not_worth_a_process(archived: Desk) -> None:
    """A day on which a few pages changed does not wait for processes to start."""
    other = copied(archived, "few")
    here = build_tables(archived.run(1), [archived.source])
    with processes(2, other, [archived.source]) as read_all:
        few = build_tables(new_run(other, now=archived.run(1).started), [archived.source], read_all)
        assert not active_children()

    assert few.new == here.new
    assert same(archived.data, other)


def test_a_lost_worker_costs_nothing_and_doubles_nothing(
    archived: Desk, tmp_path: Path, prefect_home: Path
) -> None:
    """A real cluster of two processes, chosen by configuration; one of them is killed while it reads."""
    other = copied(archived, "cluster")
    shutil.copytree(prefect_home, other / "prefect")
    (tmp_path / "seeds").mkdir()
    build_tables(archived.run(1), [])
    with _cluster() as cluster, Client(cluster) as client:  # type: ignore[no-untyped-call]
        killed: list[int] = []
        killer = threading.Thread(target=_kill_one_at_work, args=(client, killed), daemon=True)
        killer.start()
        command = [sys.executable, "-m", "flows", "build", "--now", "2026-03-01"]
        command += ["--data", str(other), "--seeds", str(tmp_path / "seeds")]
        environment = {**os.environ, "POLICY_INGEST_RUNNER": f"dask:{cluster.scheduler_address}"}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=200, check=False
        )
        killer.join(5)

    assert done.returncode == 0, done.stderr[-2_000:]
    assert len(killed) == 1
    assert same(archived.data, other)


def _without_ocr() -> None:
    os.environ.pop(OCR, None)


def test_a_worker_that_reads_otherwise_is_refused(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its readings would stand as those of this version, and never be made anew."""
    site.write("/", listing(("/1.html", "关于第1批科技计划项目立项的通知")))
    site.write("/1.html", notice("关于第1批科技计划项目立项的通知", "各有关单位：第1批项目20项已经审定。"))
    desk.refresh(1)
    monkeypatch.setenv(OCR, "chi_sim")
    apart = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_without_ocr)
    with apart as pool:
        read_all = spread(lambda *work: pool.submit(read_batch, *work), 1, desk.data, [desk.source])
        with pytest.raises(CorrectTheRunner, match="start the workers anew"):
            build_tables(desk.run(1), [desk.source], read_all)
    assert written(desk.data, "readings") == []


def test_a_cluster_that_cannot_read_is_told_before_anything_is_archived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody at its address, nobody who works there, or somebody who reads otherwise."""
    monkeypatch.setattr("flows.cluster.ANSWERS", 0.5)
    monkeypatch.setattr("flows.cluster.COMES", 0.5)
    with pytest.raises(CorrectTheRunner, match="no Dask scheduler answers at tcp"):
        import_paths.fn(
            new_run(tmp_path), [], [Path(__file__)], "saved", runner=Runner("dask", 1, "tcp://127.0.0.1:9")
        )
    assert not (tmp_path / "archive").exists()
    with _cluster(0) as cluster, pytest.raises(CorrectTheRunner, match="no worker of tcp://"):
        reach(Runner("dask", 1, cluster.scheduler_address))
    monkeypatch.setattr("flows.cluster.COMES", 60)
    with _cluster(1) as cluster:
        there = Runner("dask", 1, cluster.scheduler_address)
        reach(there)
        monkeypatch.setenv(OCR, "chi_sim")
        with pytest.raises(CorrectTheRunner, match="start the workers anew"):
            reach(there)


def _cluster(workers: int = 2) -> LocalCluster:
    return LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)  # type: ignore[no-untyped-call]


def _kill_one_at_work(client: Client, killed: list[int]) -> None:
    """Kill the first worker that is seen with work in hand."""
    pids = client.run(os.getpid)
    while not killed:
        processing = client.processing()  # type: ignore[no-untyped-call]
        busy = [address for address, keys in processing.items() if keys and address in pids]
        if busy:
            os.kill(pids[busy[0]], signal.SIGKILL)
            killed.append(pids[busy[0]])
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("text", "runner"),
    [
        ("here", HERE),
        ("processes:3", Runner("processes", 3)),
        ("dask:2", Runner("dask", 2)),
        ("dask:tcp://127.0.0.1:8786", Runner("dask", os.cpu_count() or 1, "tcp://127.0.0.1:8786")),
        ("processes", Runner("processes", os.cpu_count() or 1)),
    ],
)
def test_a_runner_has_a_name(text: str, runner: Runner) -> None:
    """With how many, or where."""
    assert runner_of(text) == runner


@pytest.mark.parametrize("text", ["spark", "here:2", "processes:0", "processes:x", ""])
def test_an_unknown_runner_is_refused(text: str) -> None:
    """With the names that there are."""
    with pytest.raises(CorrectTheRunner, match="processes:4"):
        runner_of(text)
