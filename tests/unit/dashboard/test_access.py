"""Who gets in, and what is refused to everybody else."""

import pytest
from yarl import URL

from oneplan.dashboard.assets import address
from tests.unit.dashboard.conftest import TOKEN, Visitor

SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
PAGES = [
    "/",
    "/events",
    "/rows?from=0",
    "/timeline",
    "/timeline/events",
    "/search?q=one",
    "/jobs/stock-sync",
    "/jobs/stock-sync/events",
    "/jobs/thumbnails/log",
    "/queues/thumbnails",
    "/queues/thumbnails/events",
    "/apps/worker",
    "/apps/worker/log",
    address("oneplan.js"),
]
FOLDER = address("oneplan.js").rpartition("/")[0]
CHANGES = [
    "/jobs/reindex/run",
    "/jobs/thumbnails/stop",
    "/jobs/stock-sync/disable",
    "/queues/thumbnails/send",
    "/queues/thumbnails-poison/requeue",
    "/queues/thumbnails/purge",
    "/apps/worker/restart",
]


async def test_the_token_is_exchanged_for_a_cookie_that_scripts_and_other_sites_cannot_use(stranger: Visitor):
    answer = await stranger.get(f"/timeline?token={TOKEN}", allow_redirects=False)

    (cookie,) = answer.cookies.values()
    assert (answer.status, answer.headers["Location"]) == (303, "/timeline")
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert TOKEN not in cookie.value


async def test_the_token_may_be_used_again_in_the_same_browser(visitor: Visitor, worker):
    assert (await visitor.get(f"/?token={TOKEN}")).status == 200


@pytest.mark.parametrize("path", PAGES)
async def test_without_the_token_no_page_is_shown(stranger: Visitor, worker, path: str):
    answer = await stranger.get(path)

    assert (answer.status, await answer.text()) == (
        401,
        "open the address that `oneplan dashboard` printed; it carries a token",
    )


@pytest.mark.parametrize("token", ["wrong", "é", TOKEN[:-1], f"{TOKEN}x"])
async def test_a_wrong_token_opens_nothing(stranger: Visitor, worker, token: str):
    answer = await stranger.get("/", params={"token": token})

    assert (answer.status, dict(answer.cookies)) == (401, {})
    assert await answer.text() == "this token is not today's; `oneplan dashboard` printed a new address"


async def test_the_proof_of_the_forms_is_no_cookie(stranger: Visitor, worker):
    stranger.client.session.cookie_jar.update_cookies(
        {stranger.access._cookie: stranger.access.proof}, URL(f"http://{stranger.host}/")
    )

    assert (await stranger.get("/")).status == 401


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", "localhost.evil"])
async def test_another_host_is_refused_even_with_the_cookie(visitor: Visitor, worker, host: str):
    answer = await visitor.get("/", headers={"Host": host})

    assert (answer.status, await answer.text()) == (421, "this address is not the dashboard's")


@pytest.mark.parametrize("path", CHANGES)
async def test_a_change_without_the_proof_is_refused(visitor: Visitor, azure, worker, path: str):
    for proof in ("", "wrong", "é", TOKEN):
        answer = await visitor.post(path, proof=proof, body="x", confirm="thumbnails")
        assert answer.status == 403
        assert await answer.text() == "a change must come from the dashboard's own page; load it again"

    assert [request for request in worker.server.seen if request.method != "GET"] == []
    assert [request for request in azure.server.seen if request.method != "GET"] == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1", ""])
async def test_a_change_from_another_page_is_refused_even_with_the_proof(visitor: Visitor, worker, origin: str):
    data = {"proof": visitor.access.proof}
    answer = await visitor.client.post("/jobs/thumbnails/stop", data=data, headers={"Origin": origin})

    assert (answer.status, worker.jobs["thumbnails"].status) == (403, "Running")


async def test_a_change_from_its_own_page_is_let_through(visitor: Visitor, worker):
    answer = await visitor.client.post(
        "/jobs/thumbnails/stop",
        data={"proof": visitor.access.proof},
        headers={"Origin": f"http://{visitor.host}"},
        allow_redirects=False,
    )

    assert (answer.status, worker.jobs["thumbnails"].status) == (303, "Stopped")


async def test_a_stranger_with_the_proof_changes_nothing(stranger: Visitor, worker):
    assert (await stranger.post("/jobs/thumbnails/stop")).status == 401
    assert worker.jobs["thumbnails"].status == "Running"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_do_nothing(visitor: Visitor, worker, method: str):
    assert (await visitor.client.request(method, "/jobs/thumbnails/stop")).status == 403


async def test_every_answer_carries_the_headers_that_keep_a_browser_from_harm(visitor: Visitor, worker):
    for path, status in (("/", 200), ("/nothing", 404), ("/jobs/nothing", 404), ("/static/x.js", 404)):
        answer = await visitor.get(path)
        assert answer.status == status
        assert {name: answer.headers.get(name) for name in SAFE} == SAFE

    refused = await visitor.get("/", headers={"Host": "evil.example"})
    moved = await visitor.post("/jobs/thumbnails/stop")
    assert {name: refused.headers.get(name) for name in SAFE} == SAFE
    assert {name: moved.headers.get(name) for name in SAFE} == SAFE


async def test_a_stream_carries_them_too(visitor: Visitor, worker):
    async with visitor.client.get("/events") as answer:
        assert {name: answer.headers.get(name) for name in SAFE} == SAFE


async def test_a_form_that_is_too_large_is_refused(visitor: Visitor, azure, worker):
    answer = await visitor.post("/queues/thumbnails/send", body="x" * 300_000)

    assert (answer.status, azure.messages["thumbnails"].messages) == (413, [])


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/..%2f..%2fserve.py",
        f"{FOLDER}/..%2f..%2fserve.py",
        f"{FOLDER}/%2e%2e%2fserve.py",
        f"{FOLDER}/..%5cserve.py",
        f"{FOLDER}/%2fetc%2fpasswd",
        f"{FOLDER}/.hidden.js",
        f"{FOLDER}/nothing.css",
        f"{FOLDER}/oneplan.py",
        f"{FOLDER}/icon.svg",
        "/static//oneplan.js",
        "/static/oneplan.js",
    ],
)
async def test_nothing_but_the_static_files_is_served(visitor: Visitor, worker, path: str):
    answer = await visitor.get(URL(path, encoded=True))

    assert answer.status == 404
    assert "import" not in await answer.text()


async def test_the_static_files_are_served_with_their_types(visitor: Visitor, worker):
    types = {
        name: (await visitor.get(address(name))).headers["Content-Type"]
        for name in ("oneplan.css", "oneplan.js", "icon.svg")
    }

    assert types == {
        "oneplan.css": "text/css; charset=utf-8",
        "oneplan.js": "text/javascript; charset=utf-8",
        "icon.svg": "image/svg+xml; charset=utf-8",
    }


async def test_a_browser_keeps_a_static_file_and_nothing_else(visitor: Visitor, worker):
    kept = {
        path: (await visitor.get(path)).headers["Cache-Control"] for path in (address("oneplan.css"), "/", "/search")
    }

    assert kept == {
        address("oneplan.css"): "private, max-age=31536000, immutable",
        "/": "no-store",
        "/search": "no-store",
    }


async def test_pages_name_their_files_by_content(visitor: Visitor, worker):
    page = await (await visitor.get("/")).text()

    assert all(f'"{address(name)}"' in page for name in ("oneplan.css", "oneplan.js", "icon.svg"))


async def test_a_refusal_shows_what_to_run_as_code_and_what_was_asked_as_text(visitor: Visitor, worker):
    page = await (await visitor.get("/jobs/%3Cscript%3Ealert(1)%3C%2Fscript%3E")).text()

    assert "<p>job &lt;script&gt;alert(1)&lt;/script&gt;: is not deployed; run <code>oneplan up</code></p>" in page
