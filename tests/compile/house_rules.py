#!/usr/bin/env python3
"""The rules of the house that a compiler does not check: house_rules.py ROOT lists what breaks them."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
SOURCE_ENDINGS = {".hpp", ".cpp", ".cu", ".cuh"}
MOST_LINES = 300
PORTABILITY = "kernels/batchgrad/core/portability.hpp"
problems = []


def files(*folders, endings=SOURCE_ENDINGS):
    """Relative names and texts of the files under some folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and (path.suffix in endings or path.name in endings):
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def code(text):
    """The text without comments and string literals; lines keep their numbers."""
    def blank(match):
        return "\n" * match.group().count("\n")
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.DOTALL)


def forbid(pattern, text, name, reason):
    for match in re.finditer(pattern, text, flags=re.MULTILINE):
        line = text.count("\n", 0, match.start()) + 1
        problems.append(f"{name}:{line}: '{match.group().strip()}' ({reason})")


def one_file_knows_the_backends():
    for name, text in files("kernels", "host", "tests", "bench"):
        if name != "host/src/backends.cpp":
            forbid(r"\bBATCHGRAD_HAS_CUDA\b", code(text), name,
                   "only host/src/backends.cpp knows which backends were built")


def one_file_knows_the_compiler():
    for name, text in files("kernels"):
        if name != PORTABILITY:
            forbid(r"\b(__CUDACC__|__CUDACC_RTC__|__CUDA_ARCH__|BATCHGRAD_SIMT|__GNUC__|__clang__)\b",
                   code(text), name, f"only {PORTABILITY} knows which compiler reads it")


def kernels_need_no_library():
    for name, text in files("kernels/batchgrad"):
        if name == PORTABILITY:
            continue
        forbid(r"\bstd::\w*", code(text), name, "NVRTC has no standard library")
        forbid(r'^\s*#\s*include\s+(?!<batchgrad/).*$', text, name, "include <batchgrad/...> only")


def launches_go_through_the_wrapper():
    for name, text in files("kernels", "host", "tests", "bench"):
        forbid(r"<<<", code(text), name, "the SIMT layer cannot run it; use the launch wrapper")


def assembly_stays_in_primitives():
    for name, text in files("kernels", "host"):
        if not name.startswith("kernels/cuda/primitive/"):
            forbid(r"\b(asm|__asm__)\b", code(text), name, "PTX lives in kernels/cuda/primitive only")


def files_are_short():
    for name, text in files("kernels", "host", "tests", "bench",
                            endings=SOURCE_ENDINGS | {".cmake", ".py", "CMakeLists.txt"}):
        if text.count("\n") > MOST_LINES:
            problems.append(f"{name}: {text.count(chr(10))} lines (at most {MOST_LINES}; split it)")
    if (ROOT / "CMakeLists.txt").read_text().count("\n") > 120:
        problems.append("CMakeLists.txt: more than 120 lines")


def lists_are_complete(folder, list_header, template, others=()):
    """Each header of the folder defines what the list names, and is included by it."""
    directory = ROOT / "kernels/batchgrad" / folder
    text = (directory / list_header).read_text()
    listed = re.search(rf"using {template} = Of<(.*?)>;", text, flags=re.DOTALL).group(1)
    listed = {word.strip() for word in listed.split(",")}
    defined = set()
    for header in sorted(directory.glob("*.hpp")):
        if header.name == list_header or header.name in others:
            continue
        if f"#include <batchgrad/{folder}/{header.name}>" not in text:
            problems.append(f"{folder}/{list_header}: does not include {header.name}")
        # `name` is what makes a struct a member of the list.
        found = re.findall(r"struct (\w+) \{\n  static constexpr const char\* name", header.read_text())
        if not found:
            problems.append(f"{folder}/{header.name}: defines nothing for the list")
        defined.update(found)
    for word in sorted(defined ^ listed):
        where = "defined but not listed" if word in defined else "listed but not defined"
        problems.append(f"{folder}/{list_header}: {word} is {where}")


def readme_is_compiled():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = (ROOT / "tests/compile/consumer/main.cpp").read_text(encoding="utf-8")
    if f"```cpp\n{example}```" not in readme:
        problems.append("README.md: its C++ example is not tests/compile/consumer/main.cpp")


def device_example_is_compiled():
    readme = (ROOT / "host/batchgrad/README.md").read_text(encoding="utf-8")
    example = (ROOT / "tests/compile/device_functor.cu").read_text(encoding="utf-8")
    if f"```cuda\n{example}```" not in readme:
        problems.append("host/batchgrad/README.md: its device example is not tests/compile/device_functor.cu")


one_file_knows_the_backends()
one_file_knows_the_compiler()
kernels_need_no_library()
launches_go_through_the_wrapper()
assembly_stays_in_primitives()
files_are_short()
lists_are_complete("loss", "losses.hpp", "EveryLoss", others=("softmax.hpp", "traits.hpp"))
lists_are_complete("function", "functions.hpp", "EveryFunction")
readme_is_compiled()
device_example_is_compiled()
print("\n".join(problems) or "the rules of the house are kept")
sys.exit(1 if problems else 0)
