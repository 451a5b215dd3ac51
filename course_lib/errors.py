"""The one error for what can be foreseen: it says what was wrong, where, and what to do next."""


class CourseError(Exception):
    """A foreseeable failure, told in one or two sentences. The command line exits with 2."""


class TooEarlyError(CourseError):
    """There is nothing yet to do this with. Where all lessons are meant, the others go on."""
