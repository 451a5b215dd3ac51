"""The one error for what can be foreseen: it says what was wrong, where, and what to do next."""


class CourseError(Exception):
    """A foreseeable failure, in one or two sentences for the reader. The command line exits with 2."""
