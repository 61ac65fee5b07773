#!/usr/bin/env python3
"""Holds what ptxas makes of kernels against a recorded budget.

kernel_budget.py [--update] BUDGET NVCC OPTION... SOURCE

Compiles SOURCE once, for sm_90 and the device alone, and reads for each kernel the registers of a
thread, the bytes it spills (with what it calls) and the static shared memory of a block. Fails where a
kernel needs more than BUDGET says, where a kernel of float or of 16 bits spills at all, and where the
kernels are not those of BUDGET. Another toolkit allocates otherwise: of it only these spills are asked.
"""
import pathlib
import re
import subprocess
import sys


def short(name):
    """row_thread_loss_kernel<float,4,4> of a demangled signature."""
    name = re.sub(r"\(int\)", "", name)
    name = re.search(r"(\w+_kernel<[^(]*?>)\(", name).group(1).replace(" ", "")
    for stored, type_name in (("<8,7>", "Bfloat16"), ("<5,10>", "Float16")):
        name = name.replace(f"batchgrad::StoredFloat{stored}", type_name)
    return name


def measure(nvcc, options, source):
    """{kernel: [registers, spilled, shared]}"""
    command = [nvcc, "-std=c++20", "-arch=sm_90", "-cubin", "-o", "/dev/null", "-Xptxas", "-v", *options, source]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{run.stdout}{run.stderr}")
    text = subprocess.run(["c++filt"], input=run.stdout + run.stderr, capture_output=True, text=True, check=True).stdout
    kernels = {}
    current = None
    for line in text.splitlines():
        if entry := re.search(r"Compiling entry function '(.*)' for", line):
            current = kernels.setdefault(short(entry.group(1)), [0, 0, 0])
        elif spills := re.search(r"(\d+) bytes spill stores, (\d+) bytes spill loads", line):
            current[1] += int(spills.group(1)) + int(spills.group(2))
        elif used := re.search(r"Used (\d+) registers", line):
            current[0] = int(used.group(1))
            shared = re.search(r"(\d+) bytes smem", line)
            current[2] = int(shared.group(1)) if shared else 0
    return kernels


def release(nvcc):
    text = subprocess.run([nvcc, "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"release (\S+),", text).group(1)


def read(path):
    """(toolkit, {kernel: [registers, spilled, shared]})"""
    toolkit, kernels = "", {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            found = re.search(r"nvcc (\S+)", line)
            toolkit = found.group(1) if found else toolkit
        else:
            name, *numbers = line.split("\t")
            kernels[name] = [int(number) for number in numbers]
    return toolkit, kernels


def write(path, toolkit, kernels):
    lines = [f"# kernel, registers, bytes spilled, bytes of static shared memory; nvcc {toolkit} for sm_90"]
    lines += ["\t".join([name, *map(str, numbers)]) for name, numbers in sorted(kernels.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def problems_of(kernels, budget, is_same_toolkit):
    for name, numbers in sorted(kernels.items()):
        if "<double," not in name and numbers[1] > 0:
            yield f"{name} spills {numbers[1]} bytes (only those of double may: spread its columns over more threads)"
        if name not in budget:
            yield f"{name} is not in the budget"
        elif is_same_toolkit:
            for what, number, most in zip(("registers", "spilled bytes", "bytes of shared memory"), numbers, budget[name]):
                if number > most:
                    yield f"{name}: {number} {what} (the budget is {most})"
    for name in sorted(budget.keys() - kernels.keys()):
        yield f"{name} is in the budget but is not compiled"


def main(arguments):
    update = arguments[0] == "--update"
    path, nvcc, *options, source = arguments[update:]
    path = pathlib.Path(path)
    toolkit = release(nvcc)
    kernels = measure(nvcc, options, source)
    if update:
        write(path, toolkit, kernels)
        return
    recorded, budget = read(path)
    if recorded != toolkit:
        print(f"nvcc {toolkit}, but the budget is of {recorded}: registers and shared memory are not compared")
    problems = list(problems_of(kernels, budget, recorded == toolkit))
    if problems:
        command = " ".join([sys.executable, __file__, "--update", *arguments])
        sys.exit("\n".join(problems) + f"\nIf that is meant to be, record it and commit the file:\n  {command}")
    print(f"{len(kernels)} kernels within their budget")


main(sys.argv[1:])
