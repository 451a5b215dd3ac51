"""Who else is grading this class?

One grader at a time. Within a class's folder the operating system's lock decides: it goes with its
process, however that ends. A PostgreSQL gradebook is locked as well, since several folders and
machines may share it. Two copies of a folder that share any other database are not noticed.
"""

import json
import os
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import make_url

from autograder.classroom.folder import Classroom
from course_lib.errors import CourseError
from course_lib.files import write

LOCK = ".grading.lock"
HOLDER = ".grading.json"  # who holds the lock; left behind where a grader was killed
HELD = text(
    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid) "
    "WHERE locktype = 'advisory' AND granted AND objid = :key AND datname = current_database()"
)


@contextmanager
def alone(classroom: Classroom) -> Iterator[None]:
    """Be the only grader of a class for as long as the block runs.

    raises: CourseError, naming the process and its machine, where somebody else is at it
    """
    note = classroom.folder / HOLDER
    lock = FileLock(classroom.folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise CourseError(_refusal(classroom, _holder(note))) from None
    except OSError as error:
        raise CourseError(f"{classroom.folder} cannot be locked: {error.strerror}.") from error
    try:
        _refuse_other_host(note)
        write(note, json.dumps(_me()))
        try:
            with _database_alone(classroom):
                yield
        finally:
            note.unlink(missing_ok=True)
    finally:
        lock.release()


def _me() -> dict[str, str]:
    since = datetime.now(UTC).isoformat(" ", "seconds")
    return {"pid": str(os.getpid()), "host": socket.gethostname(), "since": since}


def _holder(path: Path) -> dict[str, str]:
    """What the holder wrote about itself; empty where it could not."""
    try:
        holder = json.loads(path.read_bytes())
        return {key: str(holder[key]) for key in ("pid", "host", "since")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _refusal(classroom: Classroom, holder: dict[str, str]) -> str:
    who = "Another process"
    if holder:
        who = f"Process {holder['pid']} on {holder['host']} (since {holder['since']})"
    return (
        f"{who} is grading the class in {classroom.folder}. "
        "Wait until it is done, or stop it there with Ctrl-C; what it has graded stays graded."
    )


def _refuse_other_host(path: Path) -> None:
    """A note from another machine is a grader that was killed, or one that this lock cannot see:
    not every network file system carries locks from one machine to the next."""
    holder = _holder(path)
    if holder and holder["host"] != socket.gethostname():
        raise CourseError(
            f"Process {holder['pid']} on {holder['host']} began to grade this class at "
            f"{holder['since']} and has not said that it ended. If it no longer runs there, "
            f"delete {path} and run the command again."
        )


@contextmanager
def _database_alone(classroom: Classroom) -> Iterator[None]:
    """Hold PostgreSQL's advisory lock. It goes with the connection: not for poolers that share one
    connection among clients."""
    if make_url(classroom.db).get_backend_name() != "postgresql":
        yield
        return
    key = zlib.crc32(f"course grade {classroom.coursedir.course_id}".encode())
    me = "course grade: process {pid} on {host} since {since}".format(**_me())[:63]
    engine = create_engine(classroom.db, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT set_config('application_name', :me, false)"), {"me": me})
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
            holder = connection.scalar(HELD, {"key": key}) or "another connection"
            raise CourseError(
                f"The gradebook of {classroom.folder} is in use ({holder}). "
                "Wait until that is done; what it has graded stays graded."
            )
        yield
