"""How do the chosen files of a download come into submitted/, as nbgrader has them?"""

import io
import logging
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.apps.zipcollectapp import ZipCollectApp
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import FileNameCollectorPlugin
from traitlets.config import Config

from autograder.classroom.folder import Classroom
from autograder.intake.claims import Claim
from autograder.intake.matching import Named
from course_lib.errors import CourseError
from course_lib.files import write


class DecidedCollector(FileNameCollectorPlugin):  # type: ignore[misc]
    """nbgrader's plugin that says whose each file is: here that is decided beforehand."""

    decided: dict[str, dict[str, Any]]

    def collect(self, submitted_file: str) -> dict[str, Any] | None:
        """What nbgrader wants to know of a staged file."""
        return self.decided.get(submitted_file)


def transfer_claims(
    classroom: Classroom,
    lesson: str,
    claims: Mapping[Named, Claim],
    keys: Mapping[Named, str],
    times: Mapping[Named, datetime],
) -> None:
    """nbgrader's zip_collect from its second step on: the first has unpacked the archive."""
    if not claims:
        return
    with tempfile.TemporaryDirectory(dir=classroom.folder) as staging:
        decided = {}
        for number, (named, claim) in enumerate(claims.items()):
            path = Path(staging) / lesson / "extracted" / str(number) / f"{lesson}.ipynb"
            write(path, claim.file.read())
            decided[str(path)] = {"student_id": keys[named], "file_id": lesson}
            if when := times.get(named):
                decided[str(path)]["timestamp"] = when.isoformat(" ", "seconds")
        config = Config(classroom.config)
        config.CourseDirectory.assignment_id = lesson
        config.ZipCollectApp.downloaded_directory = Path(staging).name  # below the class's folder
        config.ZipCollectApp.collector_plugin = DecidedCollector
        log_text = io.StringIO()
        app = ZipCollectApp(config=config, log=_logger(log_text), force=True, strict=True)
        app.coursedir = CourseDirectory(parent=app)
        app.init_plugins()
        app.collector_plugin_inst.decided = decided
        try:
            app.process_extracted_files()
        except SystemExit as error:
            last = log_text.getvalue().strip().splitlines()[-1]
            raise CourseError(f"nbgrader could not collect {lesson}: {last}") from error


def _logger(stream: io.StringIO) -> logging.Logger:
    log = logging.Logger("collect", logging.WARNING)
    log.addHandler(logging.StreamHandler(stream))
    return log
