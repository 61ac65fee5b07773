"""Rows as Google Benchmark writes them in JSON: what compare.py and gpu_run read."""
import re


def row_name(run_name):
    """The name that the program gave the row, without what Google Benchmark adds."""
    return re.split("/(?:iterations|manual_time|min_time|repeats)", run_name)[0]


def measured_rows(report):
    """(name, row) for each run that is no aggregate; rows that failed have an error_message."""
    for row in report["benchmarks"]:
        if row.get("run_type", "iteration") == "iteration":
            yield row_name(row["run_name"]), row
