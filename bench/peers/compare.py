#!/usr/bin/env python3
"""Ours, the peer, ours: compare.py GROUP [--build build/bench] runs the three and prints the ratios.

Run it with the Python that has the peer's packages. `--json FILE` also writes what was measured.
"""
import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import typing

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from benchmark_rows import measured_rows  # noqa: E402  (its place is known only now)

REPETITIONS = 3


class Group(typing.NamedTuple):
    program: str
    rows: str  # of the program, a pattern
    rate: str  # the counter that is compared: more is better
    peer: str  # a script that prints a JSON line a row, with this rate
    references: str  # our own rows that others are held against as well, a pattern


GROUPS = {
    "derivative": Group("bench_derivative",
                        "(cubic2|sum8)/(compiled|functor.*|symbolic|forward-ad|central)/cpu/f64",
                        "components/s", "numpy_derivative.py", "/compiled/|/functor-"),
    "fit": Group("bench_fit", ".*", "fits/s", "sklearn_fit.py", "/lbfgs$"),
}


def ours(group, program):
    """{row: rate, the median over repetitions}"""
    command = [program, f"--benchmark_filter={group.rows}", "--benchmark_format=json",
               f"--benchmark_repetitions={REPETITIONS}"]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    rates = {}
    for name, row in measured_rows(report):
        if row.get("error_occurred"):
            sys.exit(f"{name}: {row['error_message']}")
        rates.setdefault(name, []).append(row[group.rate])
    return {name: statistics.median(values) for name, values in rates.items()}


def peer(group):
    # Variables that pin a BLAS to old kernels would hold the peer back.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    lines = subprocess.run([sys.executable, HERE / group.peer], check=True,
                           stdout=subprocess.PIPE, text=True, env=environment).stdout.splitlines()
    return {row["name"]: row[group.rate] for row in map(json.loads, lines)}


def problem_of(row):
    return row.split("/")[1]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("group", choices=GROUPS)
    arguments.add_argument("--build", default="build/bench", type=pathlib.Path)
    arguments.add_argument("--json", type=pathlib.Path)
    options = arguments.parse_args()
    group = GROUPS[options.group]
    program = options.build / "bench" / group.program
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BATCHGRAD_BENCH_DATA"] = folder  # what the peer reads, where it needs our data
        before, peers, after = ours(group, program), peer(group), ours(group, program)
    measured = {name: statistics.mean([before[name], after[name]]) for name in before}
    references = peers | {name: rate for name, rate in measured.items()
                          if re.search(group.references, name)}

    print(f"| row | {group.rate} | beside | ratio |\n|---|---|---|---|")
    for name, rate in measured.items():
        for other, other_rate in references.items():
            if other != name and problem_of(other) == problem_of(name):
                print(f"| {name} | {rate:.3g} | {other.split('/', 2)[2]} {other_rate:.3g} "
                      f"| {rate / other_rate:.2f} |")
    if options.json:
        options.json.write_text(json.dumps({"before": before, "peers": peers, "after": after},
                                           indent=1) + "\n")


if __name__ == "__main__":
    main()
