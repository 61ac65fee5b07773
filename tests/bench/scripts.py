"""Finds the scripts of bench, and makes up what they read."""
import pathlib
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "bench" / "support"), str(ROOT / "bench" / "peers")]

NAMES = ["LossGradient/logistic/cuda:0/f32/samples:4000000/features:512/sets:1/kernel",
         "LossGradient/logistic/cuda:0/f32/samples:100000/features:64/sets:1/warm"]
CASES = ["f32:4000000:512", "f32:100000:64:warm"]


def our_row(milliseconds):
    return {"median_ms": milliseconds, "p10_ms": milliseconds, "p90_ms": milliseconds, "GB/s": 1.0}


def peer_row(what, case, milliseconds):
    """(name, row) as a peer prints it."""
    from loss_gradient_peer import Case
    times = {"median": milliseconds, "p10": milliseconds, "p90": milliseconds}
    called = times | {"median": milliseconds + 0.5}
    return Case.parse(case).row(what), {"error": 1e-7, "device_ms": times, "call_ms": called}


def step(rows, problem=None):
    return {"problem": problem, "rows": rows, "seconds": 1.0}
