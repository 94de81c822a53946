"""Speaks to the YAML language server as an editor does: LSP over its standard streams."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from types import TracebackType
from typing import Any

HERE = Path(__file__).resolve().parent
SERVER = HERE / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
SETTINGS = {"yaml": {"schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True}}
_LIMIT_SECONDS = 120
_CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
    },
    "workspace": {"configuration": True},
}


class LanguageServer:
    """A running server; leaving the context ends it."""

    def __init__(self, node: Path, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [node, SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._received: Queue[dict[str, Any] | None] = Queue()
        self._waiting: list[dict[str, Any]] = []
        self._last = 0
        Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> LanguageServer:
        folder = {"uri": self._folder.as_uri(), "name": "project"}
        self._ask("initialize", processId=None, rootUri=folder["uri"], capabilities=_CAPABILITIES)
        self._tell("initialized")
        self._tell("workspace/didChangeConfiguration", settings=SETTINGS)
        self._next("workspace/configuration")  # it has asked for the settings, and was answered
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def open(self, name: str, text: str) -> list[dict[str, Any]]:
        """Opens a text as if it were a file of the project; returns what the server has against it, by place."""
        uri = (self._folder / name).as_uri()
        self._tell("textDocument/didOpen", textDocument={"uri": uri, "languageId": "yaml", "version": 1, "text": text})
        while (told := self._next("textDocument/publishDiagnostics")["params"])["uri"] != uri:
            continue
        found: list[dict[str, Any]] = told["diagnostics"]
        return sorted(found, key=lambda one: (one["range"]["start"]["line"], one["range"]["start"]["character"]))

    def completions(self, name: str, line: int, column: int) -> list[dict[str, Any]]:
        """Returns what may be written at a place, lines and columns counted from 0."""
        answer = self._ask("textDocument/completion", **self._place(name, line, column))
        items: list[dict[str, Any]] = answer["items"] if isinstance(answer, dict) else answer or []
        return items

    def hover(self, name: str, line: int, column: int) -> str:
        """Returns what is shown when the pointer rests at a place; empty when nothing is."""
        answer = self._ask("textDocument/hover", **self._place(name, line, column))
        return str(answer["contents"]["value"]) if answer else ""

    def _place(self, name: str, line: int, column: int) -> dict[str, Any]:
        uri = (self._folder / name).as_uri()
        return {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}

    def _ask(self, method: str, **params: Any) -> Any:
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        answer = self._next(None, answer_to=self._last)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _next(self, method: str | None, *, answer_to: int | None = None) -> dict[str, Any]:
        """The next message of a kind; others wait for their turn, and requests of the server are answered."""

        def fits(message: dict[str, Any]) -> bool:
            return message.get("method") == method and (method is not None or message.get("id") == answer_to)

        for message in self._waiting:
            if fits(message):
                self._waiting.remove(message)
                return message
        while True:
            message = self._receive()
            if fits(message):
                return message
            self._waiting.append(message)

    def _receive(self) -> dict[str, Any]:
        try:
            message = self._received.get(timeout=_LIMIT_SECONDS)
        except Empty:
            raise RuntimeError(f"yaml-language-server: no answer in {_LIMIT_SECONDS} s") from None
        if message is None:
            raise RuntimeError("yaml-language-server: ended; run `make test` to install it anew")
        if "method" in message and "id" in message:
            self._send({"id": message["id"], "result": _answer(message)})
        return message

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            if header.startswith(b"Content-Length:"):
                size = int(header.partition(b":")[2])
                stream.readline()
                self._received.put(json.loads(stream.read(size)))
        self._received.put(None)


def _answer(request: dict[str, Any]) -> Any:
    if request["method"] != "workspace/configuration":
        return None
    return [SETTINGS.get(item.get("section", ""), {}) for item in request["params"]["items"]]
