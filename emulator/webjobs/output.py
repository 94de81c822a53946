"""The output of a job as lines (Kudu.Core/Infrastructure/AsyncStreamWriter.cs)."""

import codecs

LONGEST_LINE = 1 << 20
"""Characters after which a line without an end is cut, so that binary output cannot fill the memory."""


class LineSplitter:
    """Cuts a stream of bytes into lines at CRLF, LF or CR; characters may span reads."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._pending = ""
        self._after_return = False

    def feed(self, data: bytes) -> list[str]:
        """The lines that these bytes complete."""
        return self._take(self._decoder.decode(data))

    def close(self) -> list[str]:
        """What is left: the last line when it had no end."""
        lines = self._take(self._decoder.decode(b"", final=True))
        rest, self._pending = self._pending, ""
        return [*lines, rest] if rest else lines

    def _take(self, text: str) -> list[str]:
        if not text:
            return []
        if self._after_return and text.startswith("\n"):
            text = text[1:]
            self._after_return = False
            if not text:
                return []
        self._after_return = text.endswith("\r")
        *lines, rest = (self._pending + text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._pending = rest
        if len(rest) > LONGEST_LINE:
            self._pending = ""
            lines.append(rest)
        return lines
