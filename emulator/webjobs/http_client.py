"""The engine's requests to others: web hooks, and what is passed through to a continuous job."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from aiohttp import BasicAuth, ClientError, ClientSession, ClientTimeout

from emulator.webjobs.hooks import WebHook

HOOK_SECONDS = 10.0


async def post_hook(hook: WebHook, body: bytes) -> tuple[int, str]:
    """Post to a hook's address, with the credentials that are part of it; returns status and reason.

    Raises:
        OSError: nobody answers.
        TimeoutError: nobody answers within ten seconds.
    """
    parts = urlsplit(hook.url)
    options: dict[str, Any] = {"ssl": not hook.insecure_ssl}
    if parts.username is not None and parts.password is not None:
        options["auth"] = BasicAuth(parts.username, parts.password)
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    headers: Mapping[str, str] = {"Content-Type": "application/json; charset=utf-8"}
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=HOOK_SECONDS)) as session,
            session.post(address, data=body, headers=headers, **options) as answer,
        ):
            return answer.status, answer.reason or ""
    except (ClientError, ValueError) as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
