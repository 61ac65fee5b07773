"""The parts of a run and the steps of each, planned from what has been built."""
import json
import pathlib
import re
import subprocess
import typing

from benchmark_rows import measured_rows, row_name

from . import machine
from .progress import Step

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / "bench" / "peers"

PARTS = {
    "build": "the library, the tests of devices and the benchmarks, from source",
    "tests": "the tests that need a device, which other machines skip",
    "sanitize": "compute-sanitizer's memcheck and racecheck over every kernel",
    "ours": "ceilings of the device, then this library's rows",
    "peers": "the same problems by other libraries",
    "again": "ceilings and this library's compared rows once more",
    "table": "JSON and a table of what has been measured",
}

# The programs with tests of devices, and which of their tests are that.
DEVICE_TESTS = {"parity/parity_test": "*/cuda", "sampled/sampled_test": "*/cuda",
                "accuracy/reference_fits_test": "*AgreesOnCuda*"}

# A test of few numbers for each kernel: its name in the sources, the program, the test.
SANITIZED = {
    "loss_sums_kernel": ("parity/parity_test", "LossGradientParity.WithManyParameterSets"),
    "fma_sets_loss_kernel": ("parity/parity_test", "LossGradientParity.WithManyParameterSets"),
    "tensor_sets_loss_kernel": ("parity/parity_test", "LossGradientParity.WithManyParameterSets"),
    "row_thread_loss_kernel": ("parity/parity_test", "LossGradientParity.AtEveryNumberOfFeatures"),
    "lane_group_loss_kernel": ("parity/parity_test", "LossGradientParity.AtEveryNumberOfFeatures"),
    "column_slice_loss_kernel": ("parity/parity_test", "LossGradientParity.AtEveryNumberOfFeatures"),
    "cluster_loss_kernel": ("parity/parity_test", "LossGradientParity.OfRowsOfSeveralBlocks"),
    "column_major_loss_kernel": ("parity/parity_test", "LayoutParity.AtEveryNumberOfFeatures"),
    "transpose_kernel": ("parity/parity_test", "LayoutParity.AtEveryNumberOfFeatures"),
    "descent_judge_kernel": ("parity/parity_test", "DescentParity.OfSetsThatDiffer"),
    "descent_update_kernel": ("parity/parity_test", "DescentParity.OfSetsThatDiffer"),
    "tree_sum_kernel": ("parity/parity_test", "LossGradientParity.OverSeveralVirtualBlocks"),
    "softmax_sums_kernel": ("parity/parity_test", "SoftmaxParity.AtEveryNumberOfClasses"),
    "gather_samples_kernel": ("parity/parity_test", "MiniBatchParity.WithSamplesTwice"),
    "curvature_factors_kernel": ("parity/parity_test", "CurvatureParity.WithPaddedRows"),
    "curvature_sums_kernel": ("parity/parity_test", "CurvatureParity.WithPaddedRows"),
    "sampled_gradient_kernel": ("sampled/sampled_test", "SampledParity.AtEveryShape"),
    "derivative_kernel": ("parity/parity_test", "DerivativeParity.OfBuiltInFunctions"),
    "expressions": ("parity/parity_test", "DerivativeParity.WithPaddedRows"),
    "features of 16 bits": ("parity/parity_test", "StorageParity.OfTheLossGradient"),
}

PEER_SCRIPTS = {name: PEERS / f"{name}_loss_gradient.py" for name in ("torch", "jax", "cupy", "triton")}
CASES_A_STEP = 3


class Plan(typing.NamedTuple):
    """Where things are and by what they are run."""
    build: pathlib.Path
    folder: pathlib.Path  # of the state and the logs
    python: str
    dependencies: pathlib.Path

    def program(self, name):
        return self.build / name


def read_tests(report):
    """A reader of what a GoogleTest program writes to the file `report`."""
    def read(code, _output):
        if not report.exists():
            return (f"exit code {code}" if code else "no report was written"), {}
        counts = json.loads(report.read_text())
        tests = [test for suite in counts["testsuites"] for test in suite["testsuite"]]
        failed = [f"{test['classname']}.{test['name']}" for test in tests if test.get("failures")]
        skipped = [test for test in tests if test.get("result") == "SKIPPED"]
        rows = {"run": len(tests) - len(skipped), "skipped": len(skipped), "failed": failed}
        if failed:
            return f"{len(failed)} of {len(tests)} tests failed: {' '.join(failed[:3])}", rows
        return (None if tests else "no test has this name"), rows
    return read


def read_benchmark(_code, output):
    """Google Benchmark's JSON: rows by their names."""
    try:
        report = json.loads(output)
    except ValueError:
        return "no JSON was written", {}
    rows = {}
    for name, row in measured_rows(report):
        if row.get("error_occurred"):
            rows[name] = {"not_measured": row["error_message"]}
        else:
            rows[name] = {key: value for key, value in row.items()
                          if key.endswith(("_ms", "/s", "_error"))}
    failed = [name for name, row in rows.items() if "not_measured" in row]
    if failed:
        return f"{failed[0]}: {rows[failed[0]]['not_measured']}", rows
    return (None if rows else "no row has this name"), rows


def read_peer(_code, output):
    """A JSON line a row. That some were not measured is what the row says, and no failure."""
    rows = {}
    for line in output.splitlines():
        try:
            row = json.loads(line)
            rows[row.pop("name")] = row
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # a library's own words
    return (None if rows else "no row was printed"), rows


def build_steps(plan):
    """Of cuBLAS only where CMake has found it, which is known once it has been configured."""
    configure = ["cmake", "--preset", "cuda", "-B", plan.build, "-D", "BATCHGRAD_BENCH=ON",
                 "-D", "BATCHGRAD_CLI=OFF", *machine.cmake_prefix(plan.dependencies)]
    tests = [pathlib.Path(name).name for name in DEVICE_TESTS]
    targets = {"compile": [*tests, "bench_loss_gradient", "bench_ceilings"]}
    ninja = plan.build / "build.ninja"
    if ninja.exists() and "build bench/cublas_loss_gradient:" in ninja.read_text():
        targets["compile the peer of cuBLAS"] = ["cublas_loss_gradient"]
    return [Step("build", "configure", ["cmake", "-E", "chdir", ROOT, *configure])] + [
        Step("build", name, ["cmake", "--build", plan.build, "--target", *some], goes_on=True)
        for name, some in targets.items()]


def test_step(plan, part, name, tool, program, tests, seconds):
    report = plan.folder / f"{part}-{name.replace('/', '-')}.json"
    report.unlink(missing_ok=True)
    command = [*tool, plan.program(f"tests/{program}"), f"--gtest_filter={tests}",
               f"--gtest_output=json:{report}"]
    return Step(part, name, command, seconds, {"BATCHGRAD_REQUIRE_CUDA": "1"}, read_tests(report))


def listed(command):
    """The lines that a program prints. Throws Unusable where it cannot."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError) as error:
        words = (getattr(error, "stderr", None) or str(error)).strip()
        raise machine.Unusable(f"{command[0]} cannot list what it has ({words}) "
                               "call with --part build") from None


def test_steps(plan):
    """A step for each suite, so that none takes long."""
    steps = []
    for program, tests in DEVICE_TESTS.items():
        lines = listed([plan.program(f"tests/{program}"), "--gtest_list_tests",
                        f"--gtest_filter={tests}"])
        for suite in [line.split("#")[0].strip() for line in lines if re.match(r"\S+\.( |$)", line)]:
            steps.append(test_step(plan, "tests", suite.rstrip(".").split("/")[-1], [], program,
                                   f"{suite}*{tests.lstrip('*')}", 450))
    return steps


def sanitize_steps(plan):
    tool = machine.find_tool("compute-sanitizer") or "compute-sanitizer, of the CUDA toolkit,"
    steps = []
    for checked in ("memcheck", "racecheck"):
        seen = set()
        for kernel, (program, test) in SANITIZED.items():
            if test in seen:
                continue  # one run checks all kernels that it launches
            seen.add(test)
            command = [tool, "--tool", checked, "--error-exitcode", "9"]
            steps.append(test_step(plan, "sanitize", f"{checked}/{kernel}", command, program,
                                   f"On/{test}/cuda", 400))
    return steps


def ours_step(plan, part, name, program, pattern):
    command = [plan.program(f"bench/{program}"), f"--benchmark_filter={pattern}",
               "--benchmark_format=json"]
    return Step(part, name, command, 240, read=read_benchmark)


def cuda_rows(listing):
    """(compared, others): names of rows on the first device. Compared are those of a fixed number
    of iterations."""
    rows = [line for line in listing if "/cuda:0/" in line]
    compared = [row_name(line) for line in rows if "/iterations:" in line]
    return compared, [row_name(line) for line in rows if "/iterations:" not in line]


def case_of(row):
    """What peers call the problem of a row: TYPE:SAMPLES:FEATURES[:warm]."""
    element, samples, features = re.search(r"/(\w+)/samples:(\d+)/features:(\d+)/", row).groups()
    return f"{element}:{samples}:{features}" + (":warm" if row.endswith("/warm") else "")


def short_name(row):
    return row.removeprefix("LossGradient/").replace("/cuda:0", "").replace("/sets:1", "")


def compared_steps(plan, part, compared):
    ceilings = ours_step(plan, part, "ceilings", "bench_ceilings", ".")
    return [ceilings] + [ours_step(plan, part, short_name(row), "bench_loss_gradient", f"^{row}/")
                         for row in compared]


def other_steps(plan, others):
    """The rows that nothing is held against, a step for each shape."""
    shapes = dict.fromkeys(re.search("/samples:.*/sets:[0-9]+", row).group() for row in others)
    return [ours_step(plan, "ours", "others" + shape, "bench_loss_gradient",
                      f"/cuda:0/.*{shape}/.*min_time") for shape in shapes]


def peer_steps(plan, compared):
    """All peers for some cases, then for the next: whenever it ends, rows are whole."""
    cases = [case_of(row) for row in compared]
    programs = {"cublas": [plan.program("bench/cublas_loss_gradient")]}
    programs |= {name: [plan.python, script] for name, script in PEER_SCRIPTS.items()}
    steps = []
    for first in range(0, len(cases), CASES_A_STEP):
        some = cases[first:first + CASES_A_STEP]
        arguments = [word for case in some for word in ("--case", case)]
        steps += [Step("peers", f"{name}/{'+'.join(some)}", [*command, *arguments], 300,
                       read=read_peer) for name, command in programs.items()]
    return steps


def steps_of(part, plan):
    """The steps of a part; all but build need what has been built."""
    if part == "build":
        return build_steps(plan)
    if part == "tests":
        return test_steps(plan)
    if part == "sanitize":
        return sanitize_steps(plan)
    if part == "table":
        return []
    compared, others = cuda_rows(listed([plan.program("bench/bench_loss_gradient"),
                                         "--benchmark_list_tests"]))
    if not compared:
        raise machine.Unusable("bench_loss_gradient has no row of cuda:0 (it sees no device that it can "
                               "use) check CUDA_VISIBLE_DEVICES and that the driver is that of the toolkit")
    if part == "peers":
        return peer_steps(plan, compared)
    return compared_steps(plan, part, compared) + (other_steps(plan, others) if part == "ours" else [])
