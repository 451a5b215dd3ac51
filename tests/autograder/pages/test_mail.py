"""Who gets their page by email, and who has got it?"""

import email
import email.policy
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.pages.mail import Server, send, server, write_messages
from course_lib.errors import CourseError
from course_lib.files import write

LESSON = "01_tiny"
PEOPLE = {
    "ada": ("Ada", "Lovelace", "ada@example.org"),
    "eve": ("Eve\nBcc: all@example.org", 'A "quoted" name', "eve@example.org"),
    "mo": ("Mo", "Nö", ""),
    "bad": ("B", "Ad", "bad@example.org\nBcc: all@example.org"),
    "two": ("T", "Wo", "two@example.org, three@example.org"),
    "zoe": ("Zoé", "Ñandú", "zoe@example.org"),
}


class Inbox:
    """A mail server that keeps what it gets, and refuses whom it is told to."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.refuses = ""
        self.most = 99

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, _: Any) -> str:
        if to == self.refuses:
            return "550 no such box"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if len(self.messages) >= self.most:
            return "451 too many for today"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.to.append(list(envelope.rcpt_tos))
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def to(inbox: Inbox, monkeypatch: pytest.MonkeyPatch, free_port: int) -> Iterator[Server]:
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port)
    controller.start()
    settings = {"HOST": "127.0.0.1", "PORT": str(free_port), "SECURITY": "none"}
    for name, value in (settings | {"FROM": "teacher@example.org"}).items():
        monkeypatch.setenv(f"SMTP_{name}", value)
    try:
        yield server()
    finally:
        controller.stop()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mailed(classroom: Classroom) -> Classroom:
    """A class whose people have pages; whom they are about stands in each."""
    with gradebook.opened(classroom) as book:
        for student, (first, last, address) in PEOPLE.items():
            book.update_or_create_student(student, first_name=first, last_name=last, email=address)
            gradebook.record(book, LESSON, student, None, {"tiny-squares-check": 12.0}, {})
    for student in PEOPLE:
        write(classroom.feedback(student, LESSON), f"<p>The page of {student}, ä</p>")
    return classroom


def test_everybody_gets_their_own(mailed: Classroom, inbox: Inbox, to: Server) -> None:
    """Does each address get one message, with the page of its owner and nobody else's, and is
    everybody without one named?"""
    mailing = send(mailed, LESSON, to)
    assert mailing.sent == ("ada", "eve", "zoe")
    assert inbox.to == [[f"{name}@example.org"] for name in mailing.sent]
    for student, message in zip(mailing.sent, inbox.messages):
        (page,) = message.iter_attachments()
        assert page.get_content().strip() == f"<p>The page of {student}, ä</p>"
        assert page.get_content_type() == "text/html"
        assert message["Bcc"] is None
        assert message["Subject"] == f"{LESSON}: 12 of 100 points"
        body = message.get_body()
        assert body is not None
        assert "12 of 100" in body.get_content()
    assert "Zoé Ñandú" in str(inbox.messages[2]["To"])
    assert set(mailing.refused) == {"mo", "bad", "two"}
    assert "No email address is known" in mailing.refused["mo"]
    assert "is no email address" in mailing.refused["bad"]
    assert "is no email address" in mailing.refused["two"]


def test_nobody_gets_a_page_twice(mailed: Classroom, inbox: Inbox, to: Server) -> None:
    """Does a second run send what is new alone, and one that was stopped go on?"""
    inbox.most = 1
    with pytest.raises(CourseError, match="451 too many for today"):
        send(mailed, LESSON, to)
    inbox.most = 99
    again = send(mailed, LESSON, to)
    assert (again.sent, again.before) == (("eve", "zoe"), ("ada",))
    assert len(inbox.messages) == 3
    write(mailed.feedback("ada", LESSON), "<p>The page of ada, graded anew</p>")
    assert send(mailed, LESSON, to).sent == ("ada",)
    assert send(mailed, LESSON, to).sent == ()


def test_a_refused_address_stops_nobody(mailed: Classroom, inbox: Inbox, to: Server) -> None:
    """Is it named, with the server's words, while the others get theirs?"""
    inbox.refuses = "eve@example.org"
    mailing = send(mailed, LESSON, to)
    assert mailing.sent == ("ada", "zoe")
    assert mailing.refused["eve"] == "The server refused the address: 550 no such box."


def test_no_server(mailed: Classroom, to: Server, free_port: int) -> None:
    """Is a server that is not there, or that cannot do what is asked, told in a sentence?"""
    settings = vars(to) | {"security": "starttls"}
    with pytest.raises(CourseError, match=r"cannot do this: .* See SMTP_SECURITY"):
        send(mailed, LESSON, Server(**settings))
    with pytest.raises(CourseError, match="cannot"):
        send(mailed, LESSON, Server(**(vars(to) | {"user": "me", "password": "x"})))
    with pytest.raises(CourseError, match="cannot be used"):
        send(mailed, LESSON, Server(**(vars(to) | {"port": 1})))


def test_written_and_not_sent(mailed: Classroom, inbox: Inbox, to: Server, tmp_path: Path) -> None:
    """Are the messages files, each as it would be sent, and is none sent?"""
    mailing = write_messages(mailed, LESSON, tmp_path / "out", "teacher@example.org")
    assert not inbox.messages
    assert {path.stem for path in (tmp_path / "out").iterdir()} == set(mailing.sent)
    text = (tmp_path / "out" / "zoe.eml").read_bytes()
    message = email.message_from_bytes(text, policy=email.policy.default)
    assert "zoe@example.org" in str(message["To"])
    assert send(mailed, LESSON, to).sent == mailing.sent  # nothing was noted as sent


def test_no_page(mailed: Classroom, to: Server) -> None:
    """Is a student without a page told, and not sent an empty message?"""
    mailed.feedback("ada", LESSON).unlink()
    assert "There is no page" in send(mailed, LESSON, to).refused["ada"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"HOST": ""}, "Set SMTP_HOST in the environment"),
        ({"HOST": "", "FROM": ""}, "Set SMTP_HOST and SMTP_FROM"),
        ({"FROM": "teacher"}, "SMTP_FROM: 'teacher' is no email address"),
        ({"FROM": "a@b.org\nBcc: all@b.org"}, "SMTP_FROM"),
        ({"PORT": "mail"}, "SMTP_PORT is a number"),
        ({"PORT": "99999"}, "SMTP_PORT is a number"),
        ({"SECURITY": "yes"}, "SMTP_SECURITY is one of starttls, ssl, none"),
    ],
)
def test_settings(
    to: Server, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], sentence: str
) -> None:
    """Is each setting that is missing or none told, by its name?"""
    for name, value in changed.items():
        monkeypatch.setenv(f"SMTP_{name}", value)
    with pytest.raises(CourseError, match=sentence):
        server()


def test_usual_ports(to: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is each kind of connection made where servers usually take it?"""
    monkeypatch.delenv("SMTP_PORT")
    for security, port in (("starttls", 587), ("ssl", 465), ("none", 25)):
        monkeypatch.setenv("SMTP_SECURITY", security)
        assert server().port == port
    monkeypatch.delenv("SMTP_SECURITY")
    assert server().security == "starttls"
