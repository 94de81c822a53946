"""Threads that run what they are given."""

from __future__ import annotations

import threading

from jobhost.workers import Task, Workers, in_thread


def test_thread_whose_task_failed_serves_the_next(monkeypatch):
    told, ran = threading.Event(), threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda error: told.set())
    workers = Workers()

    workers.submit(lambda: 1 / 0)
    assert told.wait(30)
    workers.submit(ran.set)

    assert ran.wait(30)


def test_tasks_that_wait_for_one_another_all_run_at_once():
    together, done = threading.Barrier(16), threading.Semaphore(0)
    workers = Workers()

    def meet() -> None:
        together.wait(30)
        done.release()

    for _ in range(16):
        workers.submit(meet)

    assert all(done.acquire(timeout=30) for _ in range(16))


def test_thread_that_is_free_is_used_again():
    started: list[Task] = []

    def counted(work: Task) -> None:
        started.append(work)
        in_thread(work)

    ran, workers = threading.Semaphore(0), Workers(counted)
    workers.submit(ran.release)
    assert ran.acquire(timeout=30)
    while workers._free == 0:
        threading.Event().wait(0.001)

    workers.submit(ran.release)

    assert ran.acquire(timeout=30)
    assert len(started) == 1


def test_where_the_system_gives_no_thread_the_caller_does_the_work():
    """A handler that leaks threads must not leave messages without anybody who handles them."""

    def refuse(work: Task) -> None:
        raise RuntimeError("can't start new thread")

    ran_in: list[int] = []
    workers = Workers(refuse)

    for _ in range(3):
        workers.submit(lambda: ran_in.append(threading.get_ident()))

    assert ran_in == [threading.get_ident()] * 3
