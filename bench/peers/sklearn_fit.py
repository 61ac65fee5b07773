#!/usr/bin/env python3
"""Fits by scikit-learn and NumPy of the data that bench_fit writes: what it is held against.

    BATCHGRAD_BENCH_DATA=FOLDER sklearn_fit.py [--runs R]

LogisticRegression(lbfgs) with the same l2, C = 1 / (l2 M), at the loosest tolerance of a ladder whose
objective is within 1e-6, relatively, of the least one found; normal equations of centred data by
numpy.linalg.solve. Each result is checked before it is timed. Prints a JSON line a row: the name as
in bench_fit, fits/s from the median of the runs.
"""
import argparse
import json
import os
import pathlib
import statistics
import time
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge

L2 = 1e-6
GAP = 1e-6


def objective(x, y, coefficients, intercept):
    eta = x @ coefficients + intercept
    loss = np.maximum(eta, 0) - y * eta + np.log1p(np.exp(-np.abs(eta)))
    return loss.mean() + L2 / 2 * coefficients @ coefficients


def logistic(x, y, tolerance, iterations=1000):
    model = LogisticRegression(solver="lbfgs", C=1 / (L2 * len(y)), tol=tolerance,
                               max_iter=iterations)
    model.fit(x, y)
    return model


def value(x, y, model):
    return objective(x, y, model.coef_.ravel(), float(model.intercept_[0]))


def loosest(x, y):
    least = value(x, y, logistic(x, y, 1e-10))
    tolerance = 1e-1
    while (gap := value(x, y, logistic(x, y, tolerance)) / least - 1) > GAP:
        tolerance /= 2
    return tolerance, gap


def normal_equations(x, y):
    centre, mean = x.mean(axis=0), y.mean()
    inner = x.T @ x - len(y) * np.outer(centre, centre)
    w = np.linalg.solve(inner, x.T @ y - len(y) * centre * mean)
    return np.append(w, mean - centre @ w)


def median_seconds(work, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def show(name, seconds, **more):
    print(json.dumps({"name": f"Fit/{name}", "fits/s": 1 / seconds, "numpy": np.__version__,
                      "sklearn": sklearn.__version__} | more), flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    folder = pathlib.Path(os.environ["BATCHGRAD_BENCH_DATA"])
    x, labels, amounts = (np.load(folder / f"{name}.npy") for name in ("X", "labels", "amounts"))
    labels, amounts = labels.ravel(), amounts.ravel()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tolerance, gap = loosest(x, labels)
        show("logistic/sklearn-lbfgs", median_seconds(lambda: logistic(x, labels, tolerance), runs),
             gap=gap, tolerance=tolerance)

    exact = np.linalg.lstsq(np.column_stack([x, np.ones(len(amounts))]), amounts, rcond=None)[0]
    error = float(np.max(np.abs(normal_equations(x, amounts) - exact)) / np.max(np.abs(exact)))
    assert error <= 1e-8, f"normal equations are off by {error}"
    show("least-squares/numpy-normal-equations",
         median_seconds(lambda: normal_equations(x, amounts), runs), worst_error=error)
    show("least-squares/sklearn-ridge-cholesky",
         median_seconds(lambda: Ridge(alpha=0, solver="cholesky").fit(x, amounts), runs))


if __name__ == "__main__":
    main()
