"""Threads that run what they are given."""

from __future__ import annotations

import threading

from jobhost.workers import Workers


def test_thread_whose_task_failed_serves_the_next(monkeypatch):
    told, ran = threading.Event(), threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda error: told.set())
    workers = Workers()

    workers.submit(lambda: 1 / 0)
    assert told.wait(30)
    workers.submit(ran.set)

    assert ran.wait(30)
