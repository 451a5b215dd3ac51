"""What has the room shown? Also what programs write past Python, to descriptors 1 and 2."""

import codecs
import io
import os
import select
import threading
from contextlib import suppress
from typing import Any

Output = dict[str, Any]  # as nbformat has them
STREAMS = {"stdout": 1, "stderr": 2}
LEAST = 500  # bytes that an output counts: a page needs as many to show a letter
_MOST_AT_ONCE = 1 << 20  # bytes, the most that a pipe holds


class Shown:
    """The outputs since they were last taken, at most `limit` bytes of them.

    Safe to use from several threads: a student's, and the one that reads the descriptors.
    """

    def __init__(self) -> None:
        self.limit = 1_000_000
        self._outputs: list[Output] = []
        self._used = self._used_by_errors = 0
        self._by_id: dict[str, Output] = {}
        self._clear_first = False
        self._lock = threading.RLock()
        self._pipes: dict[int, _Pipe] = {}
        self._ready = select.poll()
        self._forked = False

    def take(self) -> list[Output]:
        """What there is, and begin anew."""
        with self._lock:
            self._drain()
            taken = self._forget()
        for output in taken:
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
        return taken

    def write(self, name: str, text: str) -> None:
        """What a program wrote on "stdout" or "stderr"."""
        if self._forked:
            _write_all(STREAMS[name], text.encode("utf-8", "replace"))
            return
        with self._lock:
            self._drain()
            self._write(name, text)

    def add(self, output: Output, display_id: str = "") -> None:
        """A picture, a result or an error."""
        size = sum(len(str(value)) for value in output.get("data", {}).values())
        size = max(LEAST, size + len(str(output.get("metadata") or "")))
        with self._lock:
            self._drain()
            if self._error_fits(output) if output["output_type"] == "error" else self._fits(size):
                self._outputs.append(output)
                if display_id:
                    self._by_id[display_id] = output

    def update(self, output: Output, display_id: str) -> None:
        """Show something else in a picture's place."""
        with self._lock:
            if display_id in self._by_id:
                self._by_id[display_id].update(output)

    def clear(self, wait: bool = False) -> None:
        """Forget what was shown, now or when something new comes."""
        with self._lock:
            self._drain()
            if wait:
                self._clear_first = True
            else:
                self._forget()

    def watch_descriptors(self) -> None:
        """Show from now on what this process and its children write to descriptors 1 and 2.

        A thread reads all the time, lest a child wait for ever for room in the pipe. Whoever
        shows or takes something reads first, so that outputs keep their order.
        """
        pipes = [_Pipe(name, descriptor) for name, descriptor in STREAMS.items()]
        self._pipes = {pipe.source: pipe for pipe in pipes}
        self._ready = self._poll()
        os.register_at_fork(after_in_child=self._be_a_fork)
        threading.Thread(target=self._pump, name="outputs", daemon=True).start()

    def _be_a_fork(self) -> None:
        """Nobody looks into this memory: what a fork writes goes through the descriptors."""
        self._lock, self._ready, self._forked = threading.RLock(), select.poll(), True

    def _pump(self) -> None:
        poll = self._poll()
        with suppress(OSError, KeyError):  # a student's code closed or changed what it found here
            while True:
                for descriptor, event in poll.poll():
                    with self._lock:
                        self._drain()
                    if event & ~select.POLLIN:  # closed, at one end or the other
                        poll.unregister(descriptor)

    def _poll(self) -> select.poll:
        poll = select.poll()
        for source in self._pipes:
            poll.register(source, select.POLLIN)
        return poll

    def _drain(self) -> None:
        for descriptor, _ in self._ready.poll(0):
            pipe = self._pipes[descriptor]
            if text := pipe.read():
                self._write(pipe.name, text)

    def _write(self, name: str, text: str) -> None:
        if not text:
            return
        self._clear_if_due()
        kept, size = text[: max(self.limit - self._used, 0)], len(text)
        if kept:
            last = self._outputs[-1] if self._outputs else {}
            if last.get("name") == name:
                last["text"].append(kept)
            else:
                self._outputs.append({"output_type": "stream", "name": name, "text": [kept]})
                size = max(LEAST, size)
        self._fits(size)  # tells of what is left out

    def _forget(self) -> list[Output]:
        taken, self._outputs, self._by_id = self._outputs, [], {}
        self._used, self._used_by_errors, self._clear_first = 0, 0, False
        return taken

    def _clear_if_due(self) -> None:
        if self._clear_first:
            self._forget()

    def _error_fits(self, output: Output) -> bool:
        """Errors are counted apart: the one that ends a cell comes after all that it printed."""
        self._clear_if_due()
        self._used_by_errors += len(str(output))
        return self._used_by_errors <= self.limit

    def _fits(self, size: int) -> bool:
        self._clear_if_due()
        before, self._used = self._used, self._used + size
        if before <= self.limit < self._used:
            self._outputs.append({"output_type": "cut"})
        return self._used <= self.limit


class _Pipe:
    """Stands in the place of a descriptor, and holds what was written to it until it is read."""

    def __init__(self, name: str, descriptor: int) -> None:
        self.name = name
        self.source, end = os.pipe()
        os.dup2(end, descriptor)
        os.close(end)
        os.set_blocking(self.source, False)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read(self) -> str:
        """What is there now; no more than a pipe holds, since a child may write without end."""
        parts: list[bytes] = []
        with suppress(OSError):  # nothing there, or closed by a student's code
            while sum(map(len, parts)) < _MOST_AT_ONCE and (part := os.read(self.source, 1 << 16)):
                parts.append(part)
        return self._decoder.decode(b"".join(parts)) if parts else ""


class Stream(io.TextIOBase):
    """sys.stdout and sys.stderr of the room."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, shown: Shown, name: str) -> None:
        self._shown = shown
        self.name = name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._shown.write(self.name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """The descriptor that is shown as this stream, for whoever writes past Python."""
        return STREAMS[self.name]


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
