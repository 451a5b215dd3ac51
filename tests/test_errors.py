"""Is a foreseeable failure told as it was written?"""

import pickle

from autograder.rooms.locks.sandbox import Forbidden
from course_lib.checks import NotYet
from course_lib.errors import CourseError


def test_an_error_survives_a_trip_between_processes():
    """Does a failure in another process keep its sentence and its kind, and is it no verdict?"""
    for kind in (CourseError, Forbidden):
        copy = pickle.loads(pickle.dumps(kind("There is no course here.")))
        assert type(copy) is kind
        assert str(copy) == "There is no course here."
        assert isinstance(copy, CourseError)
        assert not isinstance(copy, NotYet | AssertionError)
