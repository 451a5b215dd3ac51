"""Lesson 01's answer for distances without a loop, next to scikit-learn's, in one process.

    python benchmarks/distances.py

Prints a row a size: median seconds of both, and their ratio. The lesson promises at most 3.
"""

import time
from pathlib import Path
from statistics import median

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances

from autograder.lesson.build import source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import lesson

ROUNDS = 9
SIZES = ((100, 1000, 3072), (500, 5000, 3072), (500, 5000, 64), (2000, 2000, 300))


def main() -> None:
    """Time both on random images of every size, in turns."""
    namespace = {"np": np}
    source = source_notebook(lesson(Path(__file__).parents[1], "01_knn"))
    (exercise,) = (e for e in exercises_of(source) if e.id == "knn-distances-no-loops")
    exec(exercise.solution.source, namespace)
    ways = {"answer": namespace["compute_distances_no_loops"], "sklearn": euclidean_distances}

    print("| test x training x numbers | answer, ms | scikit-learn, ms | ratio |")
    print("| --- | --- | --- | --- |")
    rng = np.random.default_rng(0)
    for m, n, d in SIZES:
        X, X_train = rng.random((m, d)), rng.random((n, d))
        runs: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                start = time.perf_counter()
                way(X, X_train)
                runs[name].append(time.perf_counter() - start)
        ours, theirs = (1000 * median(runs[name]) for name in ways)
        print(f"| {m} x {n:,} x {d:,} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} |")


if __name__ == "__main__":
    main()
