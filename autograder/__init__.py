"""What instructors run: build the release, grade submissions, report."""

import course_lib  # noqa: F401 - before nbformat: see there
from autograder.lean import bare, do_without

bare("nbgrader")
# Formats of text that jsonschema, which nbformat brings, knows only where these are installed. No
# notebook has any, and their regular expressions and calendars take a tenth of a second to make.
do_without("fqdn", "isoduration", "rfc3986_validator", "uri_template", "webcolors")
