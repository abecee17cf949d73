"""What is known of cases on a cluster, followed through their states with a client that does what a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from support import fake_pipeline
from support.fake_pipeline import FakeSpec
from trkstruct.executor import sent_cases
from trkstruct.executor.case_queue import Task
from trkstruct.executor.dask_scheduler import Cluster
from trkstruct.executor.sent_cases import SentCases

LIMIT_SECONDS = 60.0


@dataclass
class FakeFuture:
    """Ends when it is told to."""

    key: str
    callbacks: list[Callable[["FakeFuture"], None]] = field(default_factory=list)

    def add_done_callback(self, callback: Callable[["FakeFuture"], None]) -> None:
        self.callbacks.append(callback)

    def end(self) -> None:
        self.callbacks.pop()(self)


@dataclass
class FakeClient:
    """Remembers what it was given."""

    status: str = "running"
    submitted: dict[str, dict[str, Any]] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    handler: Callable[[Any], None] = print

    def subscribe_topic(self, topic: str, handler: Callable[[Any], None]) -> None:
        self.topic, self.handler = topic, handler

    def submit(self, function: object, *words: Any, key: str, **options: Any) -> FakeFuture:
        self.submitted[key] = {"words": words, **options}
        return FakeFuture(key)

    def cancel(self, futures: list[FakeFuture], force: bool) -> None:
        assert force
        self.cancelled += [future.key for future in futures]

    def begin(self, key: str, worker: str) -> None:
        """A worker says that it began."""
        self.handler((0.0, (key, worker)))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time (s), to be set."""
    now = [0.0]
    monkeypatch.setattr(sent_cases.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(sent_cases, "TICK_SECONDS", 0.01)
    return now


def _send(tmp_path: Path, *mutations: str, platform: str = "CPU") -> tuple[FakeClient, SentCases, list[Task]]:
    client = FakeClient()
    sent = SentCases(Cluster(client, "tcp://x", platform), tmp_path, fake_pipeline.run_well, LIMIT_SECONDS)
    tasks = [Task(spec.key(), spec) for spec in map(FakeSpec, mutations)]
    for task in tasks:
        sent.send(task)
    return client, sent, tasks


def test_a_case_is_sent_begins_and_ends(tmp_path: Path, clock: list[float]) -> None:
    client, sent, tasks = _send(tmp_path, "WT", "G595R")
    first, second = client.submitted
    assert [(case.task, case.starts, case.worker) for case in sent.all()] == [(task, 0, None) for task in tasks]
    clock[0] = 5.0
    client.begin(first, "w1")
    sent.all()[0].future.end()
    (ended,) = sent.ended()
    assert (ended.task, ended.starts, ended.worker, ended.since) == (tasks[0], 1, "w1", 5.0)
    assert sent.forget(ended) is tasks[0]
    assert [case.future.key for case in sent.all()] == [second]
    assert [*sent.ended()] == []


def test_a_case_whose_worker_is_gone_begins_anew_and_its_time_with_it(tmp_path: Path, clock: list[float]) -> None:
    client, sent, _ = _send(tmp_path, "WT")
    (key,) = client.submitted
    client.begin(key, "w1")
    sent.hear()
    clock[0] = LIMIT_SECONDS + 1
    assert sent.overdue(["w2"]) == ()
    assert sent.all()[0].worker is None
    client.begin(key, "w2")
    sent.hear()
    assert sent.overdue(["w2"]) == ()
    assert (sent.all()[0].starts, sent.all()[0].worker) == (2, "w2")
    clock[0] *= 2
    assert sent.overdue(["w2"]) == sent.all()


def test_what_takes_too_long_is_taken_back_and_heard_of_no_more(tmp_path: Path, clock: list[float]) -> None:
    client, sent, tasks = _send(tmp_path, "WT", "G595R")
    first, _ = client.submitted
    future = sent.all()[0].future
    client.begin(first, "w1")
    sent.hear()
    clock[0] = LIMIT_SECONDS + 1
    assert sent.take_back(*sent.overdue(["w1"])) == (tasks[0],)
    assert client.cancelled == [first]
    client.begin(first, "w1")
    future.end()
    assert [*sent.ended()] == []
    assert [case.task for case in sent.all()] == tasks[1:]


def test_a_result_that_was_lost_is_awaited_once_more(tmp_path: Path, clock: list[float]) -> None:
    _, sent, tasks = _send(tmp_path, "WT")
    for _ in range(2):
        sent.all()[0].future.end()
        (ended,) = sent.ended()
        assert ended.task is tasks[0]
        sent.await_end(ended)


def test_a_scheduler_that_is_away_is_told_nothing(tmp_path: Path, clock: list[float]) -> None:
    client, sent, tasks = _send(tmp_path, "WT")
    client.status = "connecting"
    assert sent.take_back(*sent.all()) == tuple(tasks)
    assert (client.cancelled, len(sent)) == ([], 0)


def test_no_two_sendings_share_a_key_and_gpu_platforms_ask_for_one(tmp_path: Path, clock: list[float]) -> None:
    client, sent, tasks = _send(tmp_path, "WT", platform="CUDA")
    sent.send(tasks[0])
    assert len(client.submitted) == 2
    assert [options["resources"] for options in client.submitted.values()] == [{"GPU": 1}] * 2
    assert next(iter(_send(tmp_path, "WT")[0].submitted.values()))["resources"] is None
    limits = {options["words"][2] for options in client.submitted.values()}
    assert limits == {LIMIT_SECONDS + sent_cases.GRACE_SECONDS}
