"""A stand-in for CIFAR-10 and for the server that gives it away."""

import hashlib
import io
import pickle
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

FOLDER = "cifar-10-batches-py"
ARCHIVE = "cifar-10-python.tar.gz"
MEMBERS = ("batches.meta", *(f"data_batch_{i}" for i in range(1, 6)), "test_batch")


@dataclass
class Fake:
    """A small archive in the official layout: its members, its bytes and its md5s."""

    members: dict[str, bytes]
    archive: bytes

    @property
    def md5(self) -> dict[str, str]:
        return {
            name: hashlib.md5(raw).hexdigest()
            for name, raw in {ARCHIVE: self.archive, **self.members}.items()
        }


def batch(seed: int, count: int = 4) -> bytes:
    """A batch of `count` images in the layout of the official files."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, size=(count, 3072), dtype=np.uint8)
    labels = rng.integers(0, 10, size=count).tolist()
    return pickle.dumps({b"data": images, b"labels": labels, b"batch_label": b"fake"}, protocol=4)


def packed(members: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    """A gzipped tar of members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for info, raw in members:
            info.size = len(raw)
            tar.addfile(info, io.BytesIO(raw))
    return buffer.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    """The head of one member of a tar."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.fixture(scope="session")
def fake() -> Fake:
    members = {name: batch(i) for i, name in enumerate(MEMBERS)}
    entries = [(entry(FOLDER, tarfile.DIRTYPE), b""), (entry(f"{FOLDER}/readme.html"), b"<html>")]
    entries += [(entry(f"{FOLDER}/{name}"), raw) for name, raw in members.items()]
    return Fake(members, packed(entries))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of data, and no other: the one of the checkout is out of sight."""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setattr("course_lib.data.folder._course_data", lambda: tmp_path)
    monkeypatch.setenv("no_proxy", "*")
    return tmp_path


@dataclass
class Server:
    """What the loopback server sends, and what it was asked for."""

    content: bytes = b""
    ranges: bool = True
    cut: int | None = None  # break the connection after so many bytes
    status: int = 200
    asked: list[str | None] = field(default_factory=list)  # the Range header of each request
    sent: int = 0
    url: str = ""


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            state.asked.append(asked)
            if state.status != 200:
                self.send_error(state.status)
                return
            start = int(asked[6:-1]) if asked and state.ranges else 0
            if start and start >= len(state.content):
                self.send_error(416)
                return
            body = state.content[start:]
            self.send_response(206 if start else 200)
            if start:
                last = len(state.content) - 1
                self.send_header("Content-Range", f"bytes {start}-{last}/{len(state.content)}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            body = body[: state.cut]
            state.sent += len(body)
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state.url = f"http://127.0.0.1:{http.server_address[1]}/{ARCHIVE}"
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield state
        http.shutdown()
        thread.join()
