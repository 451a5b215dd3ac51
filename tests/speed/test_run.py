"""What does a run tell, and how is it timed?"""

import time
from dataclasses import replace

import numpy as np
import psutil
import pytest
import torch

from course_lib.speed.run import Clock, peak_memory
from tests.speed.small import RECIPE, TEST, trained


def test_probabilities() -> None:
    """Do a run's probabilities sum to one, and agree with its accuracy?"""
    run = trained(replace(RECIPE, epochs=4))
    probabilities = run.probabilities(TEST.images)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-5)
    assert (probabilities.argmax(1) == TEST.labels).mean() == pytest.approx(run.accuracy)


def test_a_clock_adds_up_what_lies_between() -> None:
    """Does a clock count from start to stop, twice, and nothing else?"""
    clock, began = Clock(torch.device("cpu")), time.perf_counter()
    inside = 0.0
    for _ in range(2):
        time.sleep(0.05)
        before = time.perf_counter()
        clock.start()
        time.sleep(0.02)
        clock.stop()
        inside += time.perf_counter() - before
    assert 0.04 <= clock.seconds <= inside
    assert clock.seconds < time.perf_counter() - began - 0.1


def test_peak_memory_of_a_process() -> None:
    """Is it in bytes, what the process has now at least, and does it stay when that is gone?"""
    block = np.ones(10_000_000)
    now, peak = psutil.Process().memory_info().rss, peak_memory(torch.device("cpu"))
    assert now * 0.98 <= peak < 100 * now
    del block
    assert peak_memory(torch.device("cpu")) >= peak
