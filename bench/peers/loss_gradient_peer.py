"""What the peers of bench_loss_gradient on a GPU share: problems, their truth, checks and times.

A peer is a script SCRIPT --case TYPE:SAMPLES:FEATURES[:warm] ... [--check] that prints a JSON line a
row, whose name is as in bench_loss_gradient. `device_ms` are times of evaluations queued on the
device one after another, `call_ms` of single calls until the device is done, by the host's clock. A
row that cannot be measured says why in `not_measured`. --check times nothing and needs no GPU.
"""
import argparse
import json
import math
import time
import typing

UNCACHED_BYTES = 240_000_000  # as in bench_loss_gradient: inputs are rotated over so much
BASE_VALUES = 1 << 22
LARGEST_ERROR = 1e-5
WARM_UPS, RUNS = 3, 30
ELEMENT_BYTES = {"f32": 4, "f64": 8, "bf16": 2}


class Case(typing.NamedTuple):
    type: str
    samples: int
    features: int
    residence: str = "kernel"  # or warm: one copy of X, which the cache holds

    @staticmethod
    def parse(text):
        element, samples, features, *rest = text.split(":")
        if element not in ELEMENT_BYTES or rest not in ([], ["warm"]):
            raise argparse.ArgumentTypeError(f"{text} is not TYPE:SAMPLES:FEATURES[:warm]")
        return Case(element, int(samples), int(features), *rest)

    @property
    def argument(self):
        return ":".join(map(str, self[:3])) + (":warm" if self.residence == "warm" else "")

    @property
    def copies(self):
        x_bytes = self.samples * self.features * ELEMENT_BYTES[self.type]
        return 1 if self.residence == "warm" else -(-UNCACHED_BYTES // x_bytes)

    def row(self, what):
        return (f"LossGradient/logistic/{what}/{self.type}/samples:{self.samples}"
                f"/features:{self.features}/sets:1/{self.residence}")


def rounded_to_bf16(x):
    """Float32 with the values of bf16, to nearest, ties to even."""
    import numpy as np
    bits = x.view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & np.uint32(0xFFFF0000)).view(np.float32)


class Problem:
    """Logistic regression on a few random rows, which are repeated until there are enough: the sum
    over all is then known in double without reading all of them by a processor."""

    def __init__(self, case):
        import numpy as np
        self.case = case
        random = np.random.default_rng(1)
        rows = min(case.samples, max(1, BASE_VALUES // case.features))
        # What is computed with; X is stored in bf16 by the peer where that is the type.
        self.computing = np.float64 if case.type == "f64" else np.float32
        self.x = random.standard_normal((rows, case.features)).astype(self.computing)
        if case.type == "bf16":
            self.x = rounded_to_bf16(self.x)
        w = (random.standard_normal(case.features) / math.sqrt(case.features)).astype(self.computing)
        chance = 1 / (1 + np.exp(-(self.x.astype(np.float64) @ w)))
        self.y = (random.random(rows) < chance).astype(self.computing)
        self.w = w / 2
        self.repeats, self.rest = divmod(case.samples, rows)
        self.gradient = self.repeats * self.gradient_of(rows) + self.gradient_of(self.rest)

    def gradient_of(self, rows):
        import numpy as np
        x, y = self.x[:rows].astype(np.float64), self.y[:rows]
        return (1 / (1 + np.exp(-(x @ self.w.astype(np.float64)))) - y) @ x

    def pieces(self):
        """The rows of the whole, as slices (from, to, rows of the base)."""
        rows = len(self.x)
        for i in range(self.repeats):
            yield i * rows, (i + 1) * rows, rows
        if self.rest:
            yield self.repeats * rows, self.case.samples, self.rest

    def error(self, gradient):
        import numpy as np
        found = np.asarray(gradient, np.float64)
        return float(np.linalg.norm(found - self.gradient) / np.linalg.norm(self.gradient))


def quantiles(times):
    ordered = sorted(times)
    return {name: ordered[int(share * len(ordered))]
            for name, share in (("median", 0.5), ("p10", 0.1), ("p90", 0.9))}


def call_times(library, evaluate, inputs):
    times = []
    for turn in range(WARM_UPS + RUNS):
        start = time.perf_counter()
        evaluate(*inputs[turn % len(inputs)])
        library.synchronize()
        times.append((time.perf_counter() - start) * 1e3)
    return times[WARM_UPS:]


def measure(library, problem, evaluate, inputs, only_check):
    """What is known of one variant: its error, and its times where that is small enough."""
    error = problem.error(library.to_numpy(evaluate(*inputs[-1])[1]))
    if not error <= LARGEST_ERROR:
        return {"not_measured": f"the gradient is off by {error:.1e} (at most {LARGEST_ERROR:.0e})"}
    if only_check:
        return {"error": error}
    for each in inputs:
        evaluate(*each)
    library.synchronize()
    return {"error": error, "call_ms": quantiles(call_times(library, evaluate, inputs)),
            "device_ms": quantiles(library.device_times(evaluate, inputs))}


def reason(error):
    if isinstance(error, ModuleNotFoundError):
        return f"no module named {error.name}"
    return f"{type(error).__name__}: {error}".split("\n")[0][:300]


def show(case, what, **known):
    print(json.dumps({"name": case.row(what)} | known), flush=True)


def measure_case(library, case, only_check):
    problem = Problem(case)
    inputs = [library.load(problem) for _ in range(case.copies)]
    for variant, evaluate in library.variants(problem).items():
        try:
            known = measure(library, problem, evaluate, inputs, only_check)
        except Exception as error:  # whatever a library throws is why there is no figure
            known = {"not_measured": reason(error)}
        show(case, f"{library.name}-{variant}", version=library.version, **known)


def run(name, make_library):
    """Measures each case that the command line names; make_library(only_check) imports."""
    arguments = argparse.ArgumentParser(description=f"Loss gradients by {name}, as JSON lines.")
    arguments.add_argument("--case", action="append", type=Case.parse, required=True,
                           metavar="TYPE:SAMPLES:FEATURES[:warm]")
    arguments.add_argument("--check", action="store_true", help="check results, time nothing")
    options = arguments.parse_args()
    try:
        library = make_library(options.check)
    except Exception as error:
        for case in options.case:
            show(case, name, not_measured=reason(error))
        return
    for case in options.case:
        try:
            measure_case(library, case, options.check)
        except Exception as error:
            show(case, name, not_measured=reason(error))
        library.release()
