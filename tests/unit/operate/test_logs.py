"""Logs as they grow."""

from itertools import islice

import pytest

from oneplan.errors import OperateError
from oneplan.operate import Plane, continuous_log, run_log, wait_for_run
from oneplan.operate.testing import FakeSite

RUN = "202611240500000000"


def test_the_log_of_a_finished_run_is_read_whole(plane: Plane, worker: FakeSite):
    site, _ = plane.find("stock-sync")

    assert list(run_log(plane.scm(site), "stock-sync", RUN, follow=False)) == [b"one\ntwo\n"]


def test_following_a_run_shows_each_byte_once_and_ends_after_the_last(plane: Plane, worker: FakeSite, time):
    run = worker.jobs["stock-sync"].runs[0]
    run.status, run.log = "Running", ""

    def writes():
        run.log = "one\n"

    def fails():
        run.log, run.status = run.log + "two\n", "Failed"

    def explains():
        run.log += "exit code 3\n"

    time.while_asleep = [lambda: None, writes, fails, explains]
    site, _ = plane.find("stock-sync")

    pieces = list(run_log(plane.scm(site), "stock-sync", RUN, follow=True, sleep=time.sleep))

    assert pieces == [b"one\n", b"two\n", b"exit code 3\n"]


def test_a_continuous_log_that_was_rolled_is_read_from_its_start(plane: Plane, worker: FakeSite, time):
    job = worker.jobs["thumbnails"]

    def rolls():
        job.log = "new\n"

    time.while_asleep = [lambda: None, rolls]
    site, found = plane.find("thumbnails")

    pieces = continuous_log(plane.scm(site), found.log_url or "", follow=True, sleep=time.sleep)

    assert list(islice(pieces, 2)) == [b"waiting\n", b"new\n"]


def test_an_unknown_run_is_said(plane: Plane, worker: FakeSite):
    site, _ = plane.find("stock-sync")

    with pytest.raises(OperateError) as missing:
        list(run_log(plane.scm(site), "stock-sync", "2020", follow=False))

    assert str(missing.value) == "job stock-sync: no run '2020'; `oneplan jobs history stock-sync` lists them"


def test_waiting_for_a_run_gives_its_end(plane: Plane, worker: FakeSite, time):
    run = worker.jobs["stock-sync"].runs[0]
    run.status = "Running"
    time.while_asleep = [lambda: setattr(run, "status", "Failed")]
    site, _ = plane.find("stock-sync")

    assert wait_for_run(plane.scm(site), "stock-sync", RUN, sleep=time.sleep).status == "Failed"


def test_the_token_stays_with_the_sites_own_host(plane: Plane, worker: FakeSite):
    """A log address that names another host is read from this site's SCM service all the same."""
    site, job = plane.find("thumbnails")

    pieces = continuous_log(
        plane.scm(site), (job.log_url or "").replace(worker.server.host, "evil.example"), follow=False
    )

    assert list(pieces) == [b"waiting\n"]
