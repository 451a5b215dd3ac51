"""Is each way timed as often as it is said?"""

from collections.abc import Callable

from course_lib import figures


def test_timings_runs_each_way_as_often_as_it_says() -> None:
    """Are all ways run equally often, and all medians reported?"""
    calls = {"a": 0, "b": 0}

    def way(name: str) -> Callable[[], None]:
        def run() -> None:
            calls[name] += 1

        return run

    _, medians = figures.timings({name: way(name) for name in calls}, repeats=4)
    assert calls == {"a": 4, "b": 4}
    assert set(medians) == {"a", "b"}
