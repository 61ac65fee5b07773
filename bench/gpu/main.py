"""The command line of gpu_run."""
import argparse
import hashlib
import pathlib
import sys
import time

from . import machine, table
from .parts import PARTS, ROOT, Plan, cuda_rows, listed, steps_of
from .progress import State, remaining, run_steps

DONE, FAILED, UNUSABLE, CALL_AGAIN = 0, 1, 2, 3

DESCRIPTION = """Builds batchgrad on a machine with an NVIDIA Hopper GPU and no network, tests and
sanitizes the kernels on the device, measures them beside other libraries, and writes a table.

Without --part it goes on with the first part that has not been done, and stops before --minutes are
over: call it again until it says that all is done. What is known is kept in BUILD/gpu_run."""
EPILOG = """Exit codes: 0 done; 1 a step has failed, the table says which; 2 usage, no device, something
missing; 3 call again."""


def parsed(arguments):
    parser = argparse.ArgumentParser(prog="gpu_run", description=DESCRIPTION, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, help="this part alone; steps that failed are repeated")
    parser.add_argument("--again", action="store_true",
                        help="forget what is known of the part, without --part of all")
    parser.add_argument("--list", action="store_true", help="list the parts and what is known of each")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "bench" / "results", metavar="DIR",
                        help="where JSON and the table go (default bench/results)")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "gpu", metavar="DIR",
                        help="where it is built (default build/gpu)")
    parser.add_argument("--dependencies", type=pathlib.Path, metavar="DIR",
                        help="a prefix with the packages that the machine lacks")
    parser.add_argument("--python", default=sys.executable, help="what runs the peers")
    parser.add_argument("--minutes", type=float, default=8.5, help="of this call (default 8.5)")
    return parser.parse_args(arguments)


def say(line):
    print(line, flush=True)


def show_parts(state):
    ended = state.known.get("ended", [])
    for part, what in PARTS.items():
        of_part = [step for key, step in state.steps.items() if key.startswith(part + "/")]
        failed = sum(1 for step in of_part if step["problem"])
        mark = "done" if part in ended else "begun" if of_part else "not yet"
        say(f"{part:9} {mark:8} {what}" + (f"; {failed} steps failed" if failed else ""))


def begin(state, device, command):
    """Notes the machine; refuses to mix two of them."""
    known = state.known
    found = device._asdict()
    if known.setdefault("device", found) != found:
        raise machine.Unusable(
            f"{state.file} is of {known['device']['name']}, {known['device']['uuid']} (this is "
            f"{device.name}, {device.uuid}; their times cannot be compared) call with --again, or with "
            "another --build")
    known.setdefault("date", table.today())
    known.setdefault("command", command)
    known.setdefault("commit", machine.commit(ROOT))
    known.setdefault("ended", [])


def note_program(state, plan, part):
    """What is compared, and by which program: the same before and after the peers."""
    program = plan.program("bench/bench_loss_gradient")
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    if state.known.get("program", digest) != digest and any(key.startswith("ours/") for key in state.steps):
        raise machine.Unusable(f"{program} has changed since part ours (its rows would be held against "
                               f"those of part {part}) call with --part ours --again, then go on")
    state.known["program"] = digest
    state.known["compared"] = cuda_rows(listed([program, "--benchmark_list_tests"]))[0]


def forget(state, part):
    """Also the second run of ours with the first: they are one figure."""
    parts = {None: list(PARTS), "ours": ["ours", "again"]}.get(part, [part])
    for each in parts:
        state.forget(each)
    if not part:
        state.known = {"steps": state.steps}
    state.known["ended"] = [each for each in state.known.get("ended", []) if each not in parts]
    state.save()


def run_part(part, plan, state, options, deadline):
    """Whether the part has come to its end."""
    if part == "build":
        machine.require(plan.folder, plan.dependencies)
        if options.part:
            state.forget(part)  # compiles again what has changed, and nothing else
    elif "build" not in state.known["ended"]:
        raise machine.Unusable(f"part {part} needs part build (it has not been done) call without --part")
    if part in ("ours", "peers", "again"):
        note_program(state, plan, part)
    if part == "table" and not state.known.get("compared"):
        raise machine.Unusable("part table needs part ours (nothing has been measured) call without --part")
    # Twice, because what is planned after configuring may be more than before.
    for _ in range(2 if part == "build" else 1):
        steps = remaining(steps_of(part, plan), state, bool(options.part) or part == "build")
        if not run_steps(steps, state, deadline, say):
            return False
    problems = [key for key, step in state.steps.items() if key.startswith(part + "/") and step["problem"]]
    if part == "build" and problems:
        raise machine.Unusable(f"{problems[0]}: {state.steps[problems[0]]['problem']}, see {plan.folder}")
    return True


def run(options, state, plan):
    deadline = time.monotonic() + 60 * options.minutes
    ended = state.known["ended"]
    parts = [options.part] if options.part else [part for part in PARTS if part not in ended]
    for part in parts:
        if not run_part(part, plan, state, options, deadline):
            return CALL_AGAIN
        if part not in ended:
            ended.append(part)
        state.save()
    return FAILED if any(step["problem"] for step in state.steps.values()) else DONE


def finish(code, state, options):
    """Writes what is known so far, so that a machine that goes away takes nothing with it."""
    if state.known.get("compared"):
        written = table.write(state.known, options.out)
        say("\n".join(["", *table.summary(state.steps), f"table: {written}"]))
    if code == CALL_AGAIN:
        say("the time is over: call again to go on")
    return code


def main(arguments=None):
    options = parsed(arguments)
    plan = Plan(options.build.resolve(), options.build.resolve() / "gpu_run", options.python,
                options.dependencies)
    try:
        state = State(plan.folder)
        if options.list:
            show_parts(state)
            return DONE
        device = machine.device()
        if options.again:
            forget(state, options.part)
        begin(state, device, " ".join(["bench/gpu_run", *(sys.argv[1:] if arguments is None else arguments)]))
        return finish(run(options, state, plan), state, options)
    except machine.Unusable as error:
        print(f"gpu_run: {error}", file=sys.stderr)
        return UNUSABLE
