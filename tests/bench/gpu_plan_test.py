#!/usr/bin/env python3
"""What gpu_run plans and reads: programs' outputs, kernels, packages; that none of its lists lags
behind the sources."""
import json
import pathlib
import re
import shutil
import tempfile
import unittest

from scripts import CASES, NAMES, ROOT

from benchmark_rows import measured_rows, row_name
from gpu import machine, parts
from loss_gradient_peer import Case, quantiles, reason

PLAN = parts.Plan(ROOT / "none", ROOT / "none/gpu_run", "python3", None)


def source(*folders, endings=(".cu", ".cuh", ".hpp", ".cpp", ".txt")):
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.suffix in endings]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


class Read(unittest.TestCase):
    def test_names_of_rows_end_where_google_benchmark_begins(self):
        for end in ("", "/manual_time", "/iterations:30/manual_time", "/min_time:1.000/manual_time", "/repeats:3"):
            self.assertEqual(row_name(NAMES[0] + end), NAMES[0])

    def test_aggregates_are_no_rows(self):
        report = {"benchmarks": [{"run_name": "a/repeats:2", "run_type": kind} for kind in ("iteration", "aggregate")]}
        self.assertEqual([name for name, _ in measured_rows(report)], ["a"])

    def test_rows_of_google_benchmark(self):
        rows = [{"run_name": "a/iterations:30", "median_ms": 2.0, "GB/s": 3.0, "family_index": 0},
                {"run_name": "b/iterations:30", "error_occurred": True, "error_message": "two evaluations differ"}]
        problem, found = parts.read_benchmark(0, json.dumps({"benchmarks": rows}))
        self.assertEqual(problem, "b: two evaluations differ")
        self.assertEqual(found, {"a": {"median_ms": 2.0, "GB/s": 3.0}, "b": {"not_measured": "two evaluations differ"}})
        self.assertEqual(parts.read_benchmark(0, json.dumps({"benchmarks": rows[:1]}))[0], None)
        self.assertEqual(parts.read_benchmark(0, '{"benchmarks": []}')[0], "no row has this name")
        self.assertEqual(parts.read_benchmark(134, "terminate called")[0], "no JSON was written")

    def test_lines_of_peers_among_words_of_their_libraries(self):
        lines = 'warning: x\n{"name": "a", "error": 1}\n[1]\n7\n{"other": 1}\n{"name": "b", "not_measured": "c"}\n{"na'
        self.assertEqual(parts.read_peer(0, lines), (None, {"a": {"error": 1}, "b": {"not_measured": "c"}}))
        self.assertEqual(parts.read_peer(0, "nothing")[0], "no row was printed")

    def test_reports_of_tests(self):
        def test(name, **more):
            return {"name": name, "classname": "On/X", "result": "COMPLETED"} | more
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "report.json"
            read = parts.read_tests(file)
            self.assertEqual(read(139, "")[0], "exit code 139")
            self.assertEqual(read(0, "")[0], "no report was written")
            for tests, problem in (([test("A"), test("B", failures=[{}])], "1 of 2 tests failed: On/X.B"),
                                   ([test("A"), test("C", result="SKIPPED")], None), ([], "no test has this name")):
                file.write_text(json.dumps({"testsuites": [{"testsuite": tests}]}))
                self.assertEqual(read(0, "")[0], problem)
            file.write_text(json.dumps({"testsuites": [{"testsuite": [test("A"), test("C", result="SKIPPED")]}]}))
            self.assertEqual(read(0, "")[1], {"run": 1, "skipped": 1, "failed": []})


class Planned(unittest.TestCase):
    listing = [name + "/iterations:30/manual_time" for name in NAMES] + [
        "LossGradient/squared/cuda:0/f32/samples:1000/features:4/sets:1/kernel/min_time:1.000/manual_time",
        "LossGradient/squared/cuda:0/f64/samples:1000/features:4/sets:1/kernel/min_time:1.000/manual_time",
        "LossGradient/squared/cuda:1/f32/samples:1000/features:4/sets:1/kernel/min_time:1.000/manual_time",
        "LossGradient/squared/cpu/f32/samples:1000/features:4/sets:1/min_time:1.000/manual_time"]

    def test_rows_of_the_first_device_alone(self):
        compared, others = parts.cuda_rows(self.listing)
        self.assertEqual(compared, NAMES)
        self.assertEqual(len(others), 2)
        self.assertEqual(len(parts.other_steps(PLAN, others)), 1)

    def test_a_filter_finds_its_row_and_no_other(self):
        listing = self.listing + [NAMES[0] + "er/iterations:30/manual_time", "Other" + self.listing[0]]
        for step, name in zip(parts.compared_steps(PLAN, "ours", NAMES)[1:], self.listing):
            pattern = step.command[1].removeprefix("--benchmark_filter=")
            self.assertEqual([line for line in listing if re.search(pattern, line)], [name])
        pattern = parts.other_steps(PLAN, parts.cuda_rows(self.listing)[1])[0].command[1]
        found = [line for line in self.listing if re.search(pattern.removeprefix("--benchmark_filter="), line)]
        self.assertEqual(found, self.listing[2:4])

    def test_a_program_that_cannot_list_its_rows_is_named(self):
        for command in (["/no/such/program"], ["/bin/sh", "-c", "echo broken >&2; exit 1"]):
            with self.assertRaisesRegex(machine.Unusable, f"{command[0]} cannot list"):
                parts.listed(command)

    def test_peers_have_the_problems_of_our_rows(self):
        self.assertEqual([parts.case_of(name) for name in NAMES], CASES)
        for case, name in zip(CASES, NAMES):
            self.assertEqual(Case.parse(case).argument, case)
            self.assertEqual(Case.parse(case).row("cuda:0"), name)

    def test_every_peer_gets_every_case(self):
        commands = [step.command for step in parts.peer_steps(PLAN, NAMES)]
        self.assertEqual(len(commands), 1 + len(parts.PEER_SCRIPTS))
        self.assertTrue(all(command[-4:] == ["--case", CASES[0], "--case", CASES[1]] for command in commands))
        for script in parts.PEER_SCRIPTS.values():
            self.assertTrue(script.exists(), script)


class Peers(unittest.TestCase):
    def test_inputs_are_rotated_unless_they_are_to_be_warm(self):
        self.assertEqual(Case.parse("f32:100000:64").copies, 10)
        self.assertEqual(Case.parse("f32:100000:64:warm").copies, 1)
        self.assertEqual(Case.parse("f32:4000000:512").copies, 1)
        with self.assertRaises(Exception):
            Case.parse("f32:1:2:hot")

    def test_quantiles_and_reasons(self):
        self.assertEqual(quantiles(list(range(30, 0, -1))), {"median": 16, "p10": 4, "p90": 28})
        self.assertEqual(reason(ModuleNotFoundError("No module", name="jax")), "no module named jax")
        self.assertEqual(reason(ValueError("a\nb")), "ValueError: a")


class ListsAreWhole(unittest.TestCase):
    def test_every_kernel_is_sanitized(self):
        kernels = re.findall(r"__global__ void(?: __launch_bounds__\((?:[^()]|\([^()]*\))*\))?\s+(\w+_kernel)\(",
                             source("kernels", "host"))
        self.assertGreaterEqual(len(kernels), 10)
        named = {name for name in parts.SANITIZED if name.endswith("_kernel")}
        self.assertEqual(named, set(kernels))

    def test_sanitized_tests_exist(self):
        text = source("tests/parity", "tests/sampled")
        for program, test in parts.SANITIZED.values():
            self.assertIn(f"TEST_P({test.replace('.', ', ')})", text)
            self.assertIn(program, parts.DEVICE_TESTS)

    def test_every_program_with_tests_of_devices_is_run(self):
        folders = {path.parent.name for path in (ROOT / "tests").rglob("*_test.cpp")
                   if re.search(r"parity_context\(|: public OnDevice ", path.read_text(encoding="utf-8"))}
        self.assertEqual(folders, {program.split("/")[0] for program in parts.DEVICE_TESTS})

    def test_every_package_of_the_build_is_asked_for(self):
        lists = [ROOT / name for name in ("host/CMakeLists.txt", "bench/CMakeLists.txt", "tests/CMakeLists.txt")]
        needed = re.findall(r"find_package\((\w+) REQUIRED", "\n".join(path.read_text() for path in lists))
        self.assertEqual(set(needed), set(machine.PACKAGES))


class Machine(unittest.TestCase):
    def test_devices(self):
        found = machine.parse_device("NVIDIA H100 80GB HBM3, 580.1, GPU-1, 81559 MiB, 9.0")
        self.assertEqual(found.name, "NVIDIA H100 80GB HBM3")
        with self.assertRaisesRegex(machine.Unusable, "compute capability 8.0 .* run this on"):
            machine.parse_device("NVIDIA A100, 580.1, GPU-1, 81559 MiB, 8.0")

    def test_advice_says_what_to_bring_where(self):
        text = machine.advice(["nvcc"], ["fmt"], None)
        self.assertIn("nvcc is missing (Debian: the CUDA toolkit)", text)
        self.assertIn("fmt is missing (Debian: libfmt-dev)", text)
        self.assertIn("--dependencies DIR", text)

    @unittest.skipUnless(shutil.which("cmake") and shutil.which("ninja"), "no cmake or ninja")
    def test_missing_packages_are_named_all_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            missing = machine.missing_packages(pathlib.Path(folder), None, ("fmt", "NoSuchOne", "ZLIB", "NorThisOne"))
        self.assertEqual(missing, ["NoSuchOne", "NorThisOne"])


if __name__ == "__main__":
    unittest.main()
