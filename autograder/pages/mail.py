"""Who gets their page by email, and who has got it?

The mail server is named by the environment: SMTP_HOST, SMTP_FROM, and where they are needed
SMTP_PORT, SMTP_USER, SMTP_PASSWORD, SMTP_SECURITY (`starttls`, the default, `ssl` or `none`).
"""

import hashlib
import json
import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.intake.identifiers import everybody
from course_lib.errors import CourseError
from course_lib.files import write

PORTS = {"starttls": 587, "ssl": 465, "none": 25}
# What ends a name in a header, or begins another address or an encoded word: Python's `email` takes
# the quotes around them away where it breaks a long line.
SIGNS = '()<>[]:;@\\,"=?'
LONGEST = 100  # characters of a name: a line of a message has 998 at most
SECONDS = 30  # that the server may take for an answer
TEXT = """Your work on {lesson} is graded: {score:g} of {possible:g} points.

The page that comes with this message has each check, and why it did or did not pass.
Open it in a browser.
"""


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, and in whose name."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: Address


@dataclass(frozen=True)
class Mailing:
    """What became of the pages of a lesson, by student."""

    sent: tuple[str, ...]
    before: tuple[str, ...]  # got this very page before
    refused: dict[str, str]  # why there was no message


def server() -> Server:
    """What the environment says.

    raises: CourseError where it says too little, or what is no setting
    """
    given = os.environ
    if missing := [name for name in ("SMTP_HOST", "SMTP_FROM") if not given.get(name)]:
        raise CourseError(
            f"Set {' and '.join(missing)} in the environment to send mail: the server's name, and "
            "the address that the messages come from."
        )
    security = given.get("SMTP_SECURITY", "starttls")
    if security not in PORTS:
        raise CourseError(f"SMTP_SECURITY is one of {', '.join(PORTS)}, and not {security!r}.")
    port = given.get("SMTP_PORT") or str(PORTS[security])
    if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        raise CourseError(f"SMTP_PORT is a number, and not {port!r}.")
    try:
        sender = _address("", given["SMTP_FROM"])
    except ValueError as error:
        raise CourseError(f"SMTP_FROM: {error}") from error
    user, password = given.get("SMTP_USER", ""), given.get("SMTP_PASSWORD", "")
    return Server(given["SMTP_HOST"], int(port), security, user, password, sender)


def write_messages(classroom: Classroom, lesson: str, folder: Path, sender: str) -> Mailing:
    """Write each message as a file `STUDENT.eml`, and send none."""
    made, refused = _messages(classroom, lesson, _address("", sender))
    for student, message in made.items():
        write(folder / f"{student}.eml", message.as_bytes())
    return Mailing(tuple(made), (), refused)


def send(classroom: Classroom, lesson: str, to: Server) -> Mailing:
    """Send everybody the page that they have not got yet.

    What was sent is noted after each message, so that an interrupted run sends none twice.
    raises: CourseError where the server cannot be used
    """
    made, refused = _messages(classroom, lesson, to.sender)
    noted = classroom.folder / "sent" / f"{lesson}.json"
    known: dict[str, str] = json.loads(noted.read_text()) if noted.is_file() else {}
    digests = {student: _digest(classroom, lesson, student) for student in made}
    due = [student for student in made if known.get(student) != digests[student]]
    sent = []
    if due:
        with _connected(to) as connection:
            for student in due:
                try:
                    connection.send_message(made[student])
                except smtplib.SMTPRecipientsRefused as error:
                    (reason,) = error.recipients.values()
                    refused[student] = f"The server refused the address: {_said(reason)}"
                    continue
                sent.append(student)
                known[student] = digests[student]
                write(noted, json.dumps(known, indent=1, sort_keys=True) + "\n")
    return Mailing(tuple(sent), tuple(sorted(made.keys() - set(due))), refused)


def _messages(
    classroom: Classroom, lesson: str, sender: Address
) -> tuple[dict[str, EmailMessage], dict[str, str]]:
    """By student: the messages, and why there is none."""
    with gradebook.opened(classroom) as book:
        marks = {one.student: one for one in gradebook.marks(book, lesson)}
        people = everybody(book)
    made: dict[str, EmailMessage] = {}
    refused: dict[str, str] = {}
    for student, mark in sorted(marks.items()):
        page = classroom.feedback(student, lesson)
        if not page.is_file():
            refused[student] = f"There is no page. Run `course feedback {lesson}`."
            continue
        try:
            to = _address(people[student].name, people[student].email)
        except ValueError as error:
            refused[student] = str(error)
            continue
        message = EmailMessage()
        message["Subject"] = f"{lesson}: {mark.score:g} of {mark.possible:g} points"
        message["From"], message["To"] = sender, to
        message["Auto-Submitted"] = "auto-generated"  # so that no absence answers
        message.set_content(TEXT.format(lesson=lesson, score=mark.score, possible=mark.possible))
        message.add_attachment(page.read_text("utf-8"), subtype="html", filename=page.name)
        made[student] = message
    return made, refused


def _address(name: str, email: str) -> Address:
    """An address that a message takes.

    raises: ValueError, in words, where it takes none
    """
    if not email:
        raise ValueError("No email address is known. `course roster` enters a list that has it.")
    shown = "".join(sign for sign in name if sign.isprintable() and sign not in SIGNS)[:LONGEST]
    try:
        address = Address(shown, addr_spec=email)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise ValueError(f"{email!r} is no email address.") from error
    plain = address.domain and address.addr_spec == email  # with no comment in it
    if not plain or not email.isascii() or not email.isprintable():
        raise ValueError(f"{email!r} is no email address.")
    return address


@contextmanager
def _connected(to: Server) -> Iterator[smtplib.SMTP]:
    where = f"The mail server {to.host}, port {to.port},"
    try:
        kind = smtplib.SMTP_SSL if to.security == "ssl" else smtplib.SMTP
        with kind(to.host, to.port, timeout=SECONDS) as connection:
            if to.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if to.user:
                connection.login(to.user, to.password)
            yield connection
    except smtplib.SMTPAuthenticationError as error:
        raise CourseError(f"{where} did not take SMTP_USER and SMTP_PASSWORD.") from error
    except smtplib.SMTPNotSupportedError as error:
        raise CourseError(f"{where} cannot do this: {error} See SMTP_SECURITY.") from error
    except smtplib.SMTPResponseException as error:
        said = _said((error.smtp_code, error.smtp_error))
        raise CourseError(f"{where} stopped: {said} The same command sends the rest.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise CourseError(
            f"{where} cannot be used: {error}. The same command sends the rest."
        ) from error


def _said(reply: tuple[int, bytes | str]) -> str:
    code, text = reply
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {words.rstrip('.')}."


def _digest(classroom: Classroom, lesson: str, student: str) -> str:
    return hashlib.sha256(classroom.feedback(student, lesson).read_bytes()).hexdigest()[:16]
