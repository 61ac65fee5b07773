"""Steps, what is known of those that have been done, and running the rest before time is over."""
import json
import os
import re
import signal
import subprocess
import time
import typing

LEAST_SECONDS = 20  # no step is begun for less


class Step(typing.NamedTuple):
    part: str
    name: str
    command: list
    seconds: float = 300  # after which it is taken to hang
    environment: dict = {}
    # (exit code, output) -> (problem or None, rows): what the output says
    read: typing.Callable = None
    goes_on: bool = False  # when it was stopped, it goes on where it was: a build

    @property
    def key(self):
        return f"{self.part}/{self.name}"


class State:
    """What is known of each step, in a file of the build directory."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "state.json"
        self.known = json.loads(self.file.read_text()) if self.file.exists() else {}
        self.steps = self.known.setdefault("steps", {})

    def save(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps(self.known, indent=1) + "\n")
        beside.replace(self.file)  # never half a file, whenever the machine goes away

    def forget(self, part):
        for key in [key for key in self.steps if key.startswith(part + "/")]:
            del self.steps[key]

    def record(self, step, problem, rows, seconds):
        self.steps[step.key] = {"problem": problem, "rows": rows, "seconds": round(seconds, 1)}
        self.save()


class Ended(typing.NamedTuple):
    code: int  # None: it was stopped
    output: str
    refused: str = ""  # why it could not be started


def run_command(step, log, seconds):
    """Runs a step for at most so long; what it prints goes to files as well."""
    environment = os.environ | step.environment
    with open(f"{log}.err", "w", encoding="utf-8") as errors, \
            open(f"{log}.out", "w+", encoding="utf-8") as out:
        try:
            process = subprocess.Popen(step.command, stdout=out, stderr=errors, env=environment,
                                       start_new_session=True)
        except OSError as error:
            return Ended(127, "", f"{step.command[0]} cannot be run ({error.strerror})")
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            if process.poll() is None:  # also when this program is interrupted
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        out.seek(0)
        return Ended(code, out.read())


def outcome(step, ended, seconds):
    """(problem or None, rows) of a step that has ended or that hangs."""
    rows = {}
    problem = None
    if ended.refused:
        return ended.refused, rows
    if step.read:
        problem, rows = step.read(ended.code, ended.output)
    if ended.code is None:
        return f"did not end within {seconds:.0f} s", rows
    if ended.code != 0 and not problem:
        problem = f"exit code {ended.code}"
    return problem, rows


def remaining(steps, state, is_repeated):
    """Those that have not been done; of those that failed, only where they are to be repeated."""
    return [step for step in steps
            if step.key not in state.steps
            or (is_repeated and state.steps[step.key]["problem"])]


def run_steps(steps, state, deadline, say, run=run_command, clock=time.monotonic):
    """Runs the steps in order until the deadline; returns whether all have ended.

    A step that the deadline stops is begun again by the next call, unless it had all of this one.
    """
    is_first = True
    for step in steps:
        left = deadline - clock()
        if left < LEAST_SECONDS:
            return False
        start = clock()
        limit = left if step.goes_on else min(left, step.seconds)
        state.folder.mkdir(parents=True, exist_ok=True)
        log = state.folder / re.sub("[^A-Za-z0-9_.+-]+", "-", step.key)
        ended = run(step, log, limit)
        seconds = clock() - start
        is_whole = is_first or limit >= step.seconds
        if ended.code is None and (step.goes_on or not is_whole):
            say(f"{step.key}: stopped after {seconds:.0f} s, to be gone on with")
            return False
        problem, rows = outcome(step, ended, limit)
        state.record(step, problem, rows, seconds)
        say(f"{step.key}: {problem or 'ok'} ({seconds:.0f} s{f', see {log}.*' if problem else ''})")
        is_first = False
    return True
