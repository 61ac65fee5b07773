#!/usr/bin/env python3
"""run_examples.py README SOURCES PROGRAMS: each C++ example of the README is a file of SOURCES, and
what is shown below it is what the program of that name in PROGRAMS prints."""
import pathlib
import re
import subprocess
import sys

readme, sources, programs = (pathlib.Path(argument) for argument in sys.argv[1:])
blocks = re.findall(r"```cpp\n(.*?)```\n+```\n(.*?)```", readme.read_text(encoding="utf-8"), flags=re.DOTALL)
examples = {path.stem: path.read_text(encoding="utf-8") for path in sources.glob("*.cpp")}
problems = []
for name, code in examples.items():
    shown = [output for block, output in blocks if block == code]
    if not shown:
        problems.append(f"{name}.cpp is not shown in {readme.name}, or not as it is")
        continue
    printed = subprocess.run([programs / name], capture_output=True, check=False, text=True, timeout=60)
    if printed.returncode != 0 or printed.stdout != shown[0]:
        problems.append(f"{name} ends with {printed.returncode} and prints\n{printed.stdout}{printed.stderr}")
if not examples or len(blocks) != len(examples):
    problems.append(f"{readme.name} shows {len(blocks)} programs with output (there are {len(examples)})")
print("\n".join(problems) or "the examples print what they are said to")
sys.exit(1 if problems else 0)
