#!/usr/bin/env python3
"""Breaks the CUDA kernels one small edit at a time and reports what no SIMT test notices.

Works on a copy of the repository's files, so the working tree stays as it is. By hand, not in CI:
every mutant is a rebuild.

  tests/simt/mutate.py                       all kernels, the SIMT tests of every variant
  tests/simt/mutate.py kernels/cuda/x.cuh    one of them
  tests/simt/mutate.py --list                only say what would be done
"""

import argparse
import dataclasses
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

# name, pattern, replacement; one mutant for every match
EDITS = [
    ("barrier removed", r"__syncthreads\(\);", ";"),
    ("warp barrier removed", r"__syncwarp\([^;]*\);", ";"),
    ("fence removed", r"__threadfence\(\);", ";"),
    ("atomicAdd without the atomic", r"atomicAdd\(&?([^,;]+), ([^;]+)\);", r"\1 += \2;"),
    ("one wait less", r"__pipeline_wait_prior\((\d+)\)", r"__pipeline_wait_prior(1 + \1)"),
    ("shuffle down for xor", r"__shfl_xor_sync", "__shfl_down_sync"),
    ("bound off by one", r"(?<=; )(\w+) < ([\w.()]+);", r"\1 <= \2;"),
    ("first thread only, not", r"threadIdx\.x == 0", "threadIdx.x <= 1"),
    ("minus for plus", r" \+= ", " -= "),
    ("64-bit index cut", r"static_cast<index_t>\(", "static_cast<int>("),
]


@dataclasses.dataclass
class Mutant:
    file: pathlib.Path  # relative to the root
    line: int
    name: str
    text: str  # of the whole file


def mutants_of(file):
    text = (ROOT / file).read_text()
    for name, pattern, replacement in EDITS:
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            source = text.splitlines()[line - 1]
            if source.lstrip().startswith("//"):
                continue
            mutated = text[: match.start()] + match.expand(replacement) + text[match.end() :]
            yield Mutant(file, line, name, mutated)


def copy_of_repository(target):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)


class Variant:
    """A build of the SIMT tests: plain with racecheck, or with sanitizers."""

    def __init__(self, name, source, sanitize):
        self.name = name
        self.build = source / "build" / name
        self.run(
            "cmake", "-S", source, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
            "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -g1", "-DBATCHGRAD_CUDA=OFF", "-DBATCHGRAD_CLI=OFF",
            f"-DBATCHGRAD_SANITIZE={sanitize}", check=True,
        )

    @staticmethod
    def run(*command, check=False, timeout=None):
        return subprocess.run(command, check=check, timeout=timeout, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def verdict(self, jobs):
        built = self.run("cmake", "--build", self.build, f"-j{jobs}", "--target", "simt_tests")
        if built.returncode:
            return "does not compile"
        tested = self.run("ctest", "--test-dir", self.build / "tests" / "simt", f"-j{jobs}",
                          "--timeout", "60", "--stop-on-failure", "-E", "PlantedBugs")
        return "caught" if tested.returncode else "MISSED"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="kernels to break; every .cuh if none")
    parser.add_argument("--list", action="store_true", help="list the mutants only")
    parser.add_argument("--jobs", "-j", type=int, default=2)
    options = parser.parse_args()

    files = [pathlib.Path(f).resolve().relative_to(ROOT) for f in options.files]
    files = files or [f.relative_to(ROOT) for f in sorted((ROOT / "kernels").rglob("*.cuh"))]
    mutants = [mutant for file in files for mutant in mutants_of(file)]
    if options.list:
        for mutant in mutants:
            print(f"{mutant.file}:{mutant.line}: {mutant.name}")
        return 0

    missed = 0
    with tempfile.TemporaryDirectory(prefix="batchgrad-mutants-") as directory:
        source = pathlib.Path(directory)
        copy_of_repository(source)
        variants = [Variant("racecheck", source, ""), Variant("asan", source, "address,undefined")]
        for variant in variants:
            if variant.verdict(options.jobs) != "MISSED":
                sys.exit(f"the tests of variant {variant.name} fail without any mutant")
        for mutant in mutants:
            (source / mutant.file).write_text(mutant.text)
            verdicts = {variant.name: variant.verdict(options.jobs) for variant in variants}
            (source / mutant.file).write_text((ROOT / mutant.file).read_text())
            missed += "caught" not in verdicts.values() and "MISSED" in verdicts.values()
            text = ", ".join(f"{name}: {verdict}" for name, verdict in verdicts.items())
            print(f"{mutant.file}:{mutant.line}: {mutant.name}: {text}", flush=True)
    print(f"{missed} of {len(mutants)} mutants missed by every variant")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
