#!/usr/bin/env python3
"""What gpu_run makes of measurements: medians joined, ratios, tables, and why a figure is missing."""
import math
import unittest

from scripts import CASES, NAMES, our_row, peer_row, step

from gpu import report, table
from gpu.parts import short_name


def measured(before=1.0, after=1.01):
    """Two cases: of the first all is known, of the second our rows only."""
    peers = dict([peer_row("torch-eager-closed", CASES[0], 2.0), peer_row("torch-compile-closed", CASES[0], 1.8),
                  peer_row("cublas-two-products", CASES[0], 1.9), peer_row("triton-single-pass-4096", CASES[0], 1.2)])
    peers[peer_row("jax", CASES[0], 0)[0]] = {"not_measured": "no module named jax"}
    ceilings = {"Ceiling/read/cuda:0/bytes:8": {"GB/s": 4400.0}, "Ceiling/copy/cuda:0/bytes:8": {"GB/s": 4200.0},
                "Ceiling/memcpy/cuda:0/bytes:8": {"GB/s": 4000.0}}
    faster = {name: {"GB/s": row["GB/s"] + 100} for name, row in ceilings.items()}
    steps = {"ours/ceilings": step(ceilings), "again/ceilings": step(faster),
             f"peers/torch/{'+'.join(CASES)}": step(peers),
             f"peers/cupy/{'+'.join(CASES)}": step({}, "exit code 139")}
    for name in NAMES:
        steps[f"ours/{short_name(name)}"] = step({name: our_row(before)})
        steps[f"again/{short_name(name)}"] = step({name: our_row(after)})
    return steps


def of_first(steps):
    return report.joined(steps, NAMES)[0]


class Joined(unittest.TestCase):
    def test_ratio_is_the_best_library_over_the_mean_of_our_runs(self):
        found = of_first(measured())
        self.assertEqual(found["best_queued"]["name"], "torch-compile-closed")
        self.assertAlmostEqual(found["best_queued"]["ratio"], 1.8 / 1.005)
        self.assertAlmostEqual(found["best_called"]["ratio"], 2.3 / 1.005)

    def test_an_experts_kernel_is_apart_from_libraries(self):
        found = of_first(measured())
        self.assertEqual(found["expert_queued"]["name"], "triton-single-pass-4096")
        self.assertAlmostEqual(found["expert_queued"]["ratio"], 1.2 / 1.005)

    def test_share_counts_features_and_targets_once(self):
        copied = 4_000_000 * (512 * 4 + 4) / 1.005e-3 / 4.25e12
        self.assertAlmostEqual(of_first(measured())["ours"]["percent_of_copy"], 100 * copied)

    def test_ceilings_are_the_best_way_and_the_median_of_the_runs(self):
        self.assertEqual(report.ceilings(measured()), {"read": 4450.0, "copy": 4250.0})
        self.assertEqual(report.ceilings({}), {})

    def test_runs_that_differ_are_rejected(self):
        for after in (1.03, 0.97, math.nan):
            found = of_first(measured(1.0, after))
            self.assertIn("our two runs differ", found["ours"]["rejected"])
            self.assertNotIn("ratio", found["best_queued"])
        self.assertNotIn("rejected", of_first(measured(1.0, 1.019))["ours"])

    def test_whatever_is_missing_says_why(self):
        first, second = report.joined(measured(), NAMES)
        self.assertEqual(first["peers"]["jax"]["not_measured"], "no module named jax")
        self.assertEqual(first["peers"]["cupy"]["not_measured"], "exit code 139")
        self.assertEqual(second["peers"]["torch"]["not_measured"], "no row was printed")
        self.assertEqual(second["peers"]["jax"]["not_measured"], "its step has not been run")
        self.assertNotIn("best_queued", second)

    def test_a_run_of_ours_that_is_missing_says_why(self):
        steps = measured()
        del steps[f"again/{short_name(NAMES[0])}"]
        self.assertEqual(of_first(steps)["ours"]["not_measured"], "its step after the peers has not been run")
        steps[f"again/{short_name(NAMES[0])}"] = step({}, "exit code 134")
        self.assertEqual(of_first(steps)["ours"]["not_measured"], "exit code 134")
        steps[f"again/{short_name(NAMES[0])}"] = step({NAMES[0]: {"not_measured": "two evaluations differ"}})
        self.assertEqual(of_first(steps)["ours"]["not_measured"], "two evaluations differ")


class Table(unittest.TestCase):
    known = {"device": {"name": "NVIDIA H100 80GB HBM3", "driver": "580", "uuid": "GPU-1", "memory": "81559 MiB"},
             "date": "2026-12-01", "command": "bench/gpu_run", "commit": "1234567",
             "compared": NAMES}

    def text(self, steps):
        return table.text_of(self.known | {"steps": steps}, "figures.json")

    def test_every_line_has_as_many_cells_as_its_head(self):
        for steps in (measured(), measured(1.0, 2.0), {}):
            columns = None
            for line in self.text(steps).splitlines():
                if not line.startswith("|"):
                    columns = None
                    continue
                columns = columns or line.count("|")
                self.assertEqual(line.count("|"), columns, line)

    def test_it_shows_figures_and_gaps(self):
        text = self.text(measured())
        self.assertIn("| 4000000 x 512 | f32 | 1.005 | 192 % | torch-compile-closed 1.8 | 1.79 |", text)
        self.assertIn("| 4000000 x 512 | f32 | jax | not measured: no module named jax |", text)
        self.assertIn("| 100000 x 64 | f32, warm | cupy | not measured: exit code 139 |", text)
        self.assertIn("copying, read and written: 4250 GB/s", text)
        self.assertIn("FAILED peers/cupy/", text)
        self.assertIn("tests: not run", text)
        self.assertIn("not measured: its step before the peers has not been run", self.text({}))

    def test_a_rejected_figure_is_shown_without_a_ratio(self):
        line = next(line for line in self.text(measured(1.0, 1.5)).splitlines() if line.startswith("| 4000000"))
        self.assertIn("1.25, rejected: our two runs differ by 50.0 %", line)
        self.assertIn("torch-compile-closed 1.8 | - |", line)

    def test_data_has_what_the_table_has(self):
        data = table.data_of(self.known | {"steps": measured()})
        self.assertEqual([each["case"] for each in data["compared"]], CASES)
        self.assertEqual(data["ceilings_GB/s"]["copy"], 4250.0)
        self.assertNotIn("rows", data["steps"]["ours/ceilings"])
        self.assertEqual(table.slug("NVIDIA H100 80GB HBM3"), "nvidia-h100-80gb-hbm3")


if __name__ == "__main__":
    unittest.main()
