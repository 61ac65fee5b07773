"""What has been measured, as JSON and as a table in Markdown."""
import datetime
import json
import re

from . import report
from .parts import PARTS

HEAD = """# {name}, {date}

`{command}` at commit {commit}, driver {driver}, {memory}. Measured by `bench/gpu_run`; the figures are in
`{json_name}`.

Ours is the time of a whole call, by the host's clock, the median of 30; the mean of a run before the
peers and one after them, which must not differ by more than 2 %. Peers are given twice: *queued*,
evaluations on the device one after another without waiting, by its own clock (of JAX by the host's,
over a long queue), and *called*, single calls until the device is done. A ratio above 1 says that ours is faster. The share of the copy rate
counts X and the targets once. Loss: logistic. Peers had to agree with the gradient in double within
1e-5 before they were timed, ours with that of the cpu backend.

"""


def slug(name):
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")


def number(value):
    return f"{value:.4g}"


def case_text(case):
    element, samples, features, *warm = case.split(":")
    return f"{samples} x {features} | {element}{', warm' if warm else ''}"


def peer_cells(known, what):
    if what not in known:
        return "not measured | "
    best = known[what]
    ratio = f"{best['ratio']:.2f}" if "ratio" in best else "-"
    return f"{best['name']} {number(best['ms'])} | {ratio}"


def compared_line(known):
    ours = known["ours"]
    if "ms" not in ours:
        return f"| {case_text(known['case'])} | not measured: {ours['not_measured']} |" + 7 * " |"
    share = f"{ours['percent_of_copy']:.0f} %" if "percent_of_copy" in ours else "-"
    time = number(ours["ms"]) + (f", rejected: {ours['rejected']}" if "rejected" in ours else "")
    cells = " | ".join(peer_cells(known, what)
                       for what in ("best_queued", "best_called", "expert_queued"))
    return f"| {case_text(known['case'])} | {time} | {share} | {cells} |"


def compared_table(joined):
    lines = ["| samples x features | type | ours, ms | of copy | best peer queued, ms | ratio "
             "| best peer called, ms | ratio | expert's kernel queued, ms | ratio |",
             "|" + "---|" * 10]
    return lines + [compared_line(known) for known in joined]


def peer_table(joined):
    lines = ["| samples x features | type | peer | queued, ms | called, ms | error |",
             "|---|---|---|---|---|---|"]
    for known in joined:
        for name, row in known["peers"].items():
            if "not_measured" in row:
                cells = f"not measured: {row['not_measured'].replace('|', '/')} | | "
            else:
                cells = (f"{number(row['device_ms']['median'])} | {number(row['call_ms']['median'])} "
                         f"| {row['error']:.1e}")
            lines.append(f"| {case_text(known['case'])} | {name} | {cells} |")
    return lines


def other_table(rows):
    lines = ["| row | ms | GB/s |", "|---|---|---|"]
    for name, row in rows.items():
        cells = (f"not measured: {row['not_measured']} |" if "not_measured" in row
                 else f"{number(row['median_ms'])} | {number(row['GB/s'])}")
        lines.append(f"| {name} | {cells} |")
    return lines


def summary(steps):
    found = report.ceilings(steps)
    lines = [f"- {what}: {number(found[kind])} GB/s" if kind in found else f"- {what}: not measured"
             for kind, what in (("read", "reading"), ("copy", "copying, read and written"))]
    lines += [f"- {part}: {report.counted(steps, part)}" for part in PARTS if part != "table"]
    return lines + [f"- FAILED {key}: {problem}" for key, problem in report.failures(steps).items()]


def text_of(known, json_name):
    steps, device = known["steps"], known["device"]
    joined = report.joined(steps, known.get("compared", []))
    head = HEAD.format(name=device["name"], date=known["date"], command=known["command"],
                       commit=known["commit"], driver=device["driver"], memory=device["memory"], json_name=json_name)
    sections = [summary(steps), compared_table(joined), ["## Each peer", ""] + peer_table(joined),
                ["## Other rows", ""] + other_table(report.other_rows(steps))]
    return head + "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def data_of(known):
    steps = known["steps"]
    return {"device": known["device"], "date": known["date"], "command": known["command"],
            "commit": known["commit"],
            "ceilings_GB/s": report.ceilings(steps), "failures": report.failures(steps),
            "compared": report.joined(steps, known.get("compared", [])),
            "other": report.other_rows(steps),
            "steps": {key: {name: value for name, value in step.items() if name != "rows"}
                      for key, step in steps.items()}}


def write(known, folder):
    """Writes both files; returns where the table is."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{known['date']}-{slug(known['device']['name'])}"
    (folder / f"{stem}.json").write_text(json.dumps(data_of(known), indent=1) + "\n")
    table = folder / f"{stem}.md"
    table.write_text(text_of(known, f"{stem}.json"))
    return table


def today():
    return datetime.date.today().isoformat()
