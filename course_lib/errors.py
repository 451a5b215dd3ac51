"""The one error for what can be foreseen: it says what was wrong, where, and what to do next."""


class CourseError(Exception):
    """A foreseeable failure, told in one or two sentences. The command line exits with 2."""
