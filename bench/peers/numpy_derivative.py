#!/usr/bin/env python3
"""Gradients by NumPy at 1,000,000 points: what bench_derivative is held against.

    numpy_derivative.py [--points N] [--runs R]

Central differences over whole arrays, a coordinate a contiguous array: for each coordinate two calls
of f on all points, the steps of the usual rule cbrt(eps) max(|x|, 1). The exact gradient, also in
whole arrays, is the fastest that NumPy does. Each result is checked before it is timed. Prints a
JSON line a row: the name as in bench_derivative, components/s from the median of the runs.
"""
import argparse
import json
import statistics
import time

import numpy as np


def cubic(x, y):
    return x**2 * y + y**3


def cubic_gradient(x, y):
    return [2 * x * y, x**2 + 3 * y**2]


def damped_sines(*x):
    return sum(np.sin(t) * np.exp(-(t**2)) for t in x)


def damped_sines_gradient(*x):
    return [np.exp(-(t**2)) * (np.cos(t) - 2 * t * np.sin(t)) for t in x]


def central_gradient(f, x):
    gradient = []
    for i, column in enumerate(x):
        step = np.cbrt(np.finfo(float).eps) * np.maximum(np.abs(column), 1.0)
        above, below = column + step, column - step
        rest = lambda moved: f(*x[:i], moved, *x[i + 1:])
        gradient.append((rest(above) - rest(below)) / (above - below))
    return gradient


def measure(name, work, exact, components, runs, tolerance):
    error = max(float(np.max(np.abs(a - b))) for a, b in zip(work(), exact))
    assert error <= tolerance, f"{name}: off by {error}"
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    print(json.dumps({"name": name, "components/s": components / statistics.median(times),
                      "worst_error": error, "numpy": np.__version__}), flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--points", type=int, default=1_000_000)
    arguments.add_argument("--runs", type=int, default=9)
    options = arguments.parse_args()
    points = np.random.default_rng(1)
    problems = [("cubic2", cubic, cubic_gradient, 2),
                ("sum8", damped_sines, damped_sines_gradient, 8)]
    for name, f, gradient, parameters in problems:
        x = list(points.uniform(0.25, 1.25, (parameters, options.points)))
        exact = gradient(*x)
        size = parameters * options.points
        row = f"Derivative/{name}/{{}}/numpy/f64/points:{options.points}".format
        measure(row("central"), lambda: central_gradient(f, x), exact, size, options.runs, 1e-8)
        measure(row("exact"), lambda: gradient(*x), exact, size, options.runs, 0.0)


if __name__ == "__main__":
    main()
