"""What the machine has: its device, the tools, the packages that the build needs."""
import pathlib
import shutil
import subprocess
import typing

LEAST_CAPABILITY = 9.0  # what the kernels are compiled for

# As CMake calls what the build needs without the command line program: what Debian calls it.
PACKAGES = {"FastFloat": "libfast-float-dev", "GTest": "libgtest-dev", "OpenMP": "g++",
            "ZLIB": "zlib1g-dev", "benchmark": "libbenchmark-dev", "fmt": "libfmt-dev",
            "nlohmann_json": "nlohmann-json3-dev"}
TOOLS = {"cmake": "cmake", "ninja": "ninja-build", "g++": "g++", "nvcc": "the CUDA toolkit"}


class Unusable(Exception):
    """Why nothing can be done here, and what to do."""


class Device(typing.NamedTuple):
    name: str
    driver: str
    uuid: str
    memory: str


def device():
    """The first NVIDIA device. Throws Unusable where there is none, or one that is too old."""
    query = ["nvidia-smi", "--query-gpu=name,driver_version,uuid,memory.total,compute_cap",
             "--format=csv,noheader"]
    try:
        seen = subprocess.run(query, capture_output=True, text=True, check=False)
    except OSError:
        raise Unusable("no CUDA device (nvidia-smi was not found) "
                       "run this on a machine with an NVIDIA Hopper GPU and its driver") from None
    if seen.returncode != 0 or not seen.stdout.strip():
        words = (seen.stdout + seen.stderr).strip().split("\n")[0]
        raise Unusable(f"no CUDA device (nvidia-smi says: {words or 'nothing'}) "
                       "run this on a machine with an NVIDIA Hopper GPU and its driver")
    return parse_device(seen.stdout.splitlines()[0])


def parse_device(line):
    *known, capability = [word.strip() for word in line.split(",")]
    found = Device(*known)
    if float(capability) < LEAST_CAPABILITY:
        raise Unusable(f"{found.name} has compute capability {capability} (the kernels are compiled "
                       f"for {LEAST_CAPABILITY}) run this on a Hopper GPU or a later one")
    return found


def commit(root):
    """What git calls the sources; "unknown" where there is no git or no repository."""
    try:
        seen = subprocess.run(["git", "-C", root, "describe", "--always", "--dirty"],
                              capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return seen.stdout.strip() or "unknown"


def find_tool(name):
    """Its path, on PATH or where the CUDA toolkit is usually installed; None: there is none."""
    usual = pathlib.Path("/usr/local/cuda/bin") / name
    return shutil.which(name) or (str(usual) if usual.exists() else None)


def cmake_prefix(dependencies):
    return [f"-DCMAKE_PREFIX_PATH={dependencies.resolve()}"] if dependencies else []


def missing_tools():
    return [name for name in TOOLS if not find_tool(name)]


def missing_packages(folder, dependencies, packages=tuple(PACKAGES)):
    """Those that CMake does not find, all of them at once."""
    probe = folder / "packages"
    probe.mkdir(parents=True, exist_ok=True)
    names = " ".join(packages)
    (probe / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(packages LANGUAGES CXX)\n"
        f"foreach(package {names})\n  find_package(${{package}} QUIET)\n"
        "  if(NOT ${package}_FOUND)\n    message(STATUS \"missing: ${package}\")\n  endif()\n"
        "endforeach()\n")
    seen = subprocess.run(["cmake", "-G", "Ninja", "-S", probe, "-B", probe / "build", "--fresh",
                           *cmake_prefix(dependencies)], capture_output=True, text=True, check=False)
    if seen.returncode != 0:
        raise Unusable(f"cmake cannot compile anything here\n{seen.stdout}{seen.stderr}")
    prefix = "-- missing: "
    return [line.removeprefix(prefix) for line in seen.stdout.splitlines() if line.startswith(prefix)]


def advice(tools, packages, dependencies):
    """What to bring where, for a machine that cannot install anything itself."""
    lines = [f"{name} is missing (Debian: {TOOLS[name]}); it must be on PATH" for name in tools]
    lines += [f"{name} is missing (Debian: {PACKAGES[name]})" for name in packages]
    if packages:
        where = f"{dependencies} does not hold it" if dependencies else "no --dependencies was given"
        lines.append(
            f"Bring what is missing ({where}): install it into a folder on a machine with the same "
            "system\n(cmake --install BUILD --prefix DIR, or unpack Debian's package and its library: "
            "dpkg -x FILE.deb DIR),\ncopy the folder here and call this with --dependencies DIR "
            "(DIR/usr after dpkg -x)")
    return "\n".join(lines)


def require(folder, dependencies):
    """Throws Unusable, with advice, where something that the build needs is missing."""
    tools = missing_tools()
    packages = [] if {"cmake", "ninja", "g++"} & set(tools) else missing_packages(folder, dependencies)
    if tools or packages:
        raise Unusable(advice(tools, packages, dependencies))
