"""The command that gives students their pages: as files, by email, by the learning system."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli_options import CLASS, Course, Database, Named, class_of, each, say
from course_lib.errors import CourseError

if TYPE_CHECKING:
    from autograder.pages.mail import Mailing

NOBODY = "instructor@example.org"  # sends messages that are not sent


def feedback(
    lessons: Named = None,
    course: Course = CLASS,
    db: Database = "",
    send: Annotated[
        bool, typer.Option("--send", help="Send each student their page by email.")
    ] = False,
    dry_run: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write the messages there as .eml, and send none."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            metavar="DOWNLOAD", help="Pack the pages under this download's names.", exists=True
        ),
    ] = None,
    to: Annotated[Path, typer.Option(metavar="FILE", help="Where to pack them.")] = Path(
        "feedback.zip"
    ),
) -> None:
    """Write a page for each student: their work, the verdicts, the points. No hidden test.

    --send and --dry-run give out the pages as they are then; settings of the mail server are in
    the environment (docs/instructors.md). --into takes the zip that was collected from Canvas or
    Moodle, and packs what these take back.
    """
    from autograder.pages import mail
    from autograder.pages.feedback import gone, write_pages
    from autograder.pages.upload import pack_pages

    classroom = class_of(course, db)
    server = mail.server() if send and not dry_run else None  # refused before anything is done
    folder = classroom.folder / classroom.coursedir.feedback_directory
    if into and (len(lessons or []) != 1):
        raise CourseError("--into takes one lesson's download: name that lesson.")

    def give(name: str) -> None:
        written = write_pages(classroom, name, progress=True)
        for student in gone(classroom, name):
            say(f"no page: {student}. Nobody of this name is in the gradebook any more.")
        say(f"{name}: {len(written)} pages in {folder}")
        if into:
            upload = pack_pages(classroom, name, into, to)
            for student in upload.lacking:
                say(f"no page: {student}")
            say(f"{upload.path}: {len(upload.students)} pages, to be uploaded")
        if dry_run:
            _tell(
                mail.write_messages(
                    classroom, name, dry_run / name, os.environ.get("SMTP_FROM", NOBODY)
                )
            )
            say(f"{name}: the messages are in {dry_run / name}")
        elif server:
            _tell(mail.send(classroom, name, server))

    each(classroom, lessons, give)


def _tell(mailing: "Mailing") -> None:
    for student, reason in mailing.refused.items():
        say(f"no message: {student}. {reason}")
    again = f", {len(mailing.before)} had this page before" if mailing.before else ""
    say(f"{len(mailing.sent)} messages{again}")
    if mailing.refused:
        raise CourseError(f"{len(mailing.refused)} students have no message; the others have.")
