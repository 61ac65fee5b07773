"""What the steps have measured, joined: ours before and after the peers, and ratios."""
import statistics

from .parts import PEER_SCRIPTS, case_of, short_name

LARGEST_SPREAD = 0.02  # between our two runs
EXPERT = "triton"  # a kernel written for this very problem: shown beside the libraries
PEERS = ("cublas", *PEER_SCRIPTS)
COMPUTED_BYTES = {"f32": 4, "f64": 8, "bf16": 4, "f16": 4}
STORED_BYTES = {"f32": 4, "f64": 8, "bf16": 2, "f16": 2}


def rows_of(steps, part):
    """Name to row, of all steps of a part."""
    rows = {}
    for key, step in steps.items():
        if key.startswith(part + "/"):
            rows |= step["rows"]
    return rows


def ceilings(steps):
    """GB/s of reading and of copying: for each the best way, the median over the runs."""
    runs = [{name: row["GB/s"] for name, row in steps[key]["rows"].items() if "GB/s" in row}
            for key in ("ours/ceilings", "again/ceilings") if key in steps]
    best = {}
    for kind, pattern in (("read", "/read/"), ("copy", "copy/"), ("copy", "memcpy/")):
        for name in sorted({name for run in runs for name in run if pattern in name}):
            rate = statistics.median(run[name] for run in runs if name in run)
            best[kind] = max(best.get(kind, 0), rate)
    return best


def parts_of_case(case):
    element, samples, features, *_ = case.split(":")
    return element, int(samples), int(features)


def must_read(case):
    """The least bytes: X and the targets, each once."""
    element, samples, features = parts_of_case(case)
    return samples * (features * STORED_BYTES[element] + COMPUTED_BYTES[element])


def best_of(rows, clock):
    """(name, milliseconds) of the fastest by a clock, or none."""
    times = {name: row[clock]["median"] for name, row in rows.items() if clock in row}
    return min(times.items(), key=lambda each: each[1]) if times else None


def peer_name(row):
    return row.split("/")[2]


def peers_of_case(steps, case):
    """Rows of the peers for one problem; of those without any, why."""
    rows = {peer_name(name): row for name, row in rows_of(steps, "peers").items()
            if case_of(name) == case}
    for peer in PEERS:
        if any(name == peer or name.startswith(peer + "-") for name in rows):
            continue
        tried = [step["problem"] for key, step in steps.items()
                 if key.startswith(f"peers/{peer}/") and case in key.split("/")[2].split("+")]
        rows[peer] = {"not_measured": (tried[0] or "no row was printed") if tried
                      else "its step has not been run"}
    return rows


def our_row(steps, part, name):
    """The row as one of our two runs has it, or why it does not."""
    step = steps.get(f"{part}/{short_name(name)}")
    when = "before" if part == "ours" else "after"
    if step is None:
        return {"not_measured": f"its step {when} the peers has not been run"}
    return step["rows"].get(name, {"not_measured": step["problem"] or "it was not printed"})


def ours_of_case(before, after):
    """Our two runs as one figure, or why there is none."""
    for row in (before, after):
        if "not_measured" in row:
            return row
    first, second = before["median_ms"], after["median_ms"]
    spread = abs(first - second) / min(first, second)
    known = {"before_ms": first, "after_ms": second, "ms": (first + second) / 2, "spread": spread,
             "p10_ms": min(before["p10_ms"], after["p10_ms"]),
             "p90_ms": max(before["p90_ms"], after["p90_ms"])}
    if not spread <= LARGEST_SPREAD:
        known["rejected"] = f"our two runs differ by {100 * spread:.1f} %"
    return known


def joined_case(steps, name, copy_rate):
    case = case_of(name)
    peers = peers_of_case(steps, case)
    ours = ours_of_case(our_row(steps, "ours", name), our_row(steps, "again", name))
    known = {"case": case, "ours": ours, "peers": peers}
    if "ms" not in ours:
        return known
    if copy_rate:
        ours["percent_of_copy"] = 100 * must_read(case) / (ours["ms"] * 1e6) / copy_rate
    libraries = {name: row for name, row in peers.items() if not name.startswith(EXPERT)}
    experts = {name: row for name, row in peers.items() if name.startswith(EXPERT)}
    for what, rows, clock in (("best_queued", libraries, "device_ms"),
                              ("best_called", libraries, "call_ms"),
                              ("expert_queued", experts, "device_ms"),
                              ("expert_called", experts, "call_ms")):
        if best := best_of(rows, clock):
            known[what] = {"name": best[0], "ms": best[1]}
            if "rejected" not in ours:
                known[what]["ratio"] = best[1] / ours["ms"]
    return known


def joined(steps, compared):
    """Everything that is compared, by the names of our rows."""
    copy_rate = ceilings(steps).get("copy")
    return [joined_case(steps, name, copy_rate) for name in compared]


def other_rows(steps):
    """Our rows that nothing is held against."""
    some = {key: step for key, step in steps.items() if key.startswith("ours/others")}
    return rows_of(some, "ours")


def failures(steps):
    return {key: step["problem"] for key, step in steps.items() if step["problem"]}


def counted(steps, part):
    of_part = [step for key, step in steps.items() if key.startswith(part + "/")]
    failed = sum(1 for step in of_part if step["problem"])
    return f"{len(of_part) - failed} of {len(of_part)} steps ok" if of_part else "not run"
