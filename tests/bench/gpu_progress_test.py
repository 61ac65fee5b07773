#!/usr/bin/env python3
"""Steps that stop and go on, what is remembered of them, and the command line of gpu_run."""
import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from scripts import CASES, NAMES, ROOT, our_row, peer_row

from gpu import machine, main
from gpu.parts import read_benchmark, read_peer, short_name
from gpu.progress import Ended, State, Step, remaining, run_command, run_steps


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)


class Clock:
    """A run takes as long as its step's name says, or until it is stopped."""
    def __init__(self):
        self.now = 0
        self.ran = []

    def __call__(self):
        return self.now

    def run(self, step, _log, seconds):
        needed = float(step.name)
        self.ran.append(step.name)
        self.now += min(needed, seconds)
        return Ended(0, "") if needed <= seconds else Ended(None, "")


class Steps(Folder):
    def run_all(self, steps, state, minutes=8.0, run=None):
        clock = Clock()
        has_ended = run_steps(remaining(steps, state, False), state, 60 * minutes, lambda line: None,
                              run or clock.run, clock)
        return has_ended, clock.ran

    def test_a_call_goes_on_where_the_last_one_stopped(self):
        steps = [Step("ours", name, []) for name in ("200", "201", "202", "10")]
        self.assertEqual(self.run_all(steps, State(self.folder)), (False, ["200", "201", "202"]))
        # The third was stopped with less time than it may have: it is begun again.
        self.assertEqual(self.run_all(steps, State(self.folder)), (True, ["202", "10"]))
        self.assertEqual(self.run_all(steps, State(self.folder)), (True, []))

    def test_nothing_is_begun_when_hardly_any_time_is_left(self):
        steps = [Step("ours", name, [], 500) for name in ("465", "5")]
        self.assertEqual(self.run_all(steps, State(self.folder)), (False, ["465"]))

    def test_what_hangs_is_a_failure_and_does_not_hold_up_the_rest(self):
        steps = [Step("ours", "1000", [], 100), Step("ours", "10", [], 100)]
        state = State(self.folder)
        self.assertEqual(self.run_all(steps, state), (True, ["1000", "10"]))
        self.assertEqual(state.steps["ours/1000"]["problem"], "did not end within 100 s")
        self.assertIsNone(state.steps["ours/10"]["problem"])

    def test_what_takes_longer_than_a_whole_call_is_a_failure(self):
        state = State(self.folder)
        self.assertEqual(self.run_all([Step("ours", "1000", [], 900)], state), (True, ["1000"]))
        self.assertEqual(state.steps["ours/1000"]["problem"], "did not end within 480 s")

    def test_a_build_goes_on_and_never_hangs(self):
        state = State(self.folder)
        self.assertEqual(self.run_all([Step("build", "1000", [], goes_on=True)], state), (False, ["1000"]))
        self.assertEqual(state.steps, {})

    def test_failures_are_repeated_on_demand_only(self):
        steps = [Step("tests", "1", []), Step("tests", "2", [])]
        state = State(self.folder)
        self.run_all(steps, state, run=lambda step, *_: Ended(int(step.name) - 1, ""))
        self.assertEqual(state.steps["tests/2"]["problem"], "exit code 1")
        self.assertEqual(remaining(steps, state, False), [])
        self.assertEqual(remaining(steps, state, True), steps[1:])
        state.forget("tests")
        self.assertEqual(remaining(steps, state, False), steps)

    def test_rows_are_kept_of_what_hangs(self):
        name, row = peer_row("jax-closed", CASES[0], 2.0)
        step = Step("peers", "jax", [], read=read_peer)
        state = State(self.folder)
        self.run_all([step], state, run=lambda *_: Ended(None, json.dumps({"name": name} | row)))
        self.assertEqual(State(self.folder).steps, {} | state.steps)
        self.assertEqual(state.steps["peers/jax"]["rows"], {name: row})

    def test_commands_are_run_and_stopped(self):
        log = self.folder / "log"
        step = Step("tests", "x", [sys.executable, "-c", "import os; print(os.environ['GIVEN']); exit(3)"],
                    environment={"GIVEN": "5"})
        self.assertEqual(run_command(step, log, 60), Ended(3, "5\n"))
        slow = "import time; print(1, flush=True); time.sleep(60)"
        self.assertEqual(run_command(Step("tests", "x", [sys.executable, "-c", slow]), log, 2).code, None)

    def test_what_cannot_be_run_says_so(self):
        state = State(self.folder)
        step = Step("tests", "x", ["no-such-tool"], read=read_benchmark)
        self.run_all([step], state, run=run_command)
        self.assertEqual(state.steps["tests/x"]["problem"], "no-such-tool cannot be run (No such file or directory)")


class CommandLine(Folder):
    device = machine.Device("NVIDIA H100", "580", "GPU-1", "81559 MiB")

    def call(self, *arguments, device=None):
        with contextlib.ExitStack() as patched:
            patched.enter_context(mock.patch.object(machine, "device", lambda: device or self.device))
            patched.enter_context(mock.patch.object(machine, "require", lambda *_: None))
            patched.enter_context(mock.patch.object(main, "steps_of", self.steps_of))
            patched.enter_context(mock.patch.object(main, "listed", lambda command: [
                name + "/iterations:30/manual_time" for name in NAMES]))
            out, err = io.StringIO(), io.StringIO()
            patched.enter_context(contextlib.redirect_stdout(out))
            patched.enter_context(contextlib.redirect_stderr(err))
            code = main.main(["--build", str(self.folder / "build"), "--out", str(self.folder / "out"),
                              *arguments])
        return code, out.getvalue(), err.getvalue()

    def steps_of(self, part, plan):
        def printing(name, text, read):
            return Step(part, name, [sys.executable, "-c", f"print({text!r})"], read=read)

        if part == "build":
            program = plan.program("bench/bench_loss_gradient")
            program.parent.mkdir(parents=True, exist_ok=True)
            if not program.exists():
                program.write_text("first")
        if part == "peers":
            name, row = peer_row("jax-closed", CASES[0], 2.0)
            return [printing("jax/" + CASES[0], json.dumps({"name": name} | row), read_peer)]
        if part in ("ours", "again"):
            return [printing(short_name(name), json.dumps({"benchmarks": [
                {"run_name": name + "/iterations:30/manual_time"} | our_row(1.0)]}), read_benchmark)
                for name in NAMES]
        return []

    def test_a_call_without_part_does_all_and_writes_both_files(self):
        code, out, err = self.call()
        self.assertEqual((code, err), (main.DONE, ""))
        text = next((self.folder / "out").glob("*-nvidia-h100.md")).read_text()
        self.assertIn("jax-closed 2 | 2.00 |", text)
        self.assertEqual(json.loads(next((self.folder / "out").glob("*.json")).read_text())["failures"], {})
        self.assertEqual(self.call("--list")[1].count(" done "), 7)

    def test_without_time_it_says_that_it_is_to_be_called_again(self):
        code, out, _ = self.call("--minutes", "0")
        self.assertEqual((code, out.splitlines()[-1]), (main.CALL_AGAIN, "the time is over: call again to go on"))

    def test_parts_come_in_their_order(self):
        code, _, err = self.call("--part", "ours")
        self.assertEqual(code, main.UNUSABLE)
        self.assertIn("part ours needs part build", err)
        self.assertIn("part table needs part ours", self.call("--part", "build") and self.call("--part", "table")[2])

    def test_two_devices_are_not_mixed(self):
        self.call()
        code, _, err = self.call(device=self.device._replace(uuid="GPU-2"))
        self.assertEqual(code, main.UNUSABLE)
        self.assertIn("their times cannot be compared", err)
        self.assertEqual(self.call("--again", device=self.device._replace(uuid="GPU-2"))[0], main.DONE)

    def test_two_programs_are_not_mixed(self):
        self.call()
        (self.folder / "build/bench/bench_loss_gradient").write_text("second")
        code, _, err = self.call("--part", "again")
        self.assertEqual(code, main.UNUSABLE)
        self.assertIn("has changed since part ours", err)
        self.assertEqual(self.call("--part", "ours", "--again")[0], main.DONE)
        table = next((self.folder / "out").glob("*.md"))
        self.assertIn("not measured: its step after the peers has not been run", table.read_text())
        self.assertEqual(self.call()[0], main.DONE)
        self.assertNotIn("its step after the peers has not been run", table.read_text())

    def test_without_a_device_nothing_is_changed(self):
        build, out = self.folder / "build", self.folder / "out"
        ended = subprocess.run([sys.executable, ROOT / "bench/gpu_run", "--build", build, "--out", out],
                               env=os.environ | {"PATH": str(self.folder)}, capture_output=True, text=True,
                               check=False)
        self.assertEqual(ended.returncode, main.UNUSABLE)
        self.assertIn("no CUDA device (nvidia-smi was not found) run this on a machine with", ended.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
