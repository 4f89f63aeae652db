#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tables of tools/compare."""
import csv
import io
import json
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools", "compare"))
import compare_output  # noqa: E402
from alternation import Measured  # noqa: E402

SIDES = [Measured("edgeai", [[2.0, 4.0], [2.0, 4.0]], "avx2"),
         Measured("peer", [[6.0, 6.0], [3.0, 3.0]], "a|b, c"),
         Measured("broken", [], error="exit status 1: no such type")]
FLOP = 6e6


class OutputTest(unittest.TestCase):
    def setUp(self):
        self.rows = compare_output.rows_of("F32 1 x 2 x 3", SIDES, "edgeai", FLOP)

    def test_rows(self):
        ours, peer, broken = self.rows
        self.assertEqual((ours["n_samples"], ours["min_ms"], ours["median_ms"]), (4, 2.0, 3.0))
        self.assertEqual((ours["gflops"], ours["ratio"]), (2.0, None))
        self.assertEqual((peer["ratio"], peer["ratio_low"], peer["ratio_high"]), (1.5, 1.0, 2.0))
        self.assertEqual(peer["ratio_min"], 1.5)
        self.assertEqual((broken["n_samples"], broken["median_ms"], broken["ratio"]),
                         (0, None, None))
        self.assertEqual(broken["note"], "exit status 1: no such type")

    def test_no_ratio_without_the_base(self):
        rows = compare_output.rows_of("x", [Measured("edgeai", error="not there"), SIDES[1]],
                                      "edgeai")
        self.assertEqual((rows[1]["median_ms"], rows[1]["ratio"]), (4.5, None))
        self.assertIsNone(rows[1]["gflops"])

    def test_speeds(self):
        ours, peer, _ = compare_output.rows_of("x", SIDES, "peer", is_speed=True)
        self.assertEqual((ours["ratio"], ours["ratio_low"], ours["ratio_high"]), (1.5, 1.0, 2.0))
        self.assertIsNone(peer["ratio"])

    def test_markdown(self):
        lines = compare_output.markdown({"threads": 1}, self.rows).splitlines()
        self.assertEqual(lines[0], "threads: 1  ")
        self.assertEqual(lines[3].count("|"), len(compare_output.COLUMNS) + 1)
        self.assertEqual(lines[5], "| F32 1 x 2 x 3 | peer | 4 | 3.000 | 4.500 | 1.3 | 1.50 "
                                   "| 1.00 | 2.00 | 1.50 | a\\|b, c |")
        self.assertEqual(lines[6], "| F32 1 x 2 x 3 | broken | 0 |  |  |  |  |  |  |  "
                                   "| exit status 1: no such type |")

    def test_csv(self):
        text = compare_output.comma_separated({}, self.rows)
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual((rows[1]["side"], rows[1]["ratio"], rows[1]["note"]),
                         ("peer", "1.50", "a|b, c"))
        self.assertEqual(rows[2]["min_ms"], "")

    def test_json(self):
        document = json.loads(compare_output.json_document({"threads": 1}, self.rows))
        self.assertEqual((document["schema"], document["threads"]), ("edgeai-compare/1", 1))
        self.assertEqual(document["rows"][1]["rounds_ms"], [[6.0, 6.0], [3.0, 3.0]])
        self.assertEqual(document["rows"][1]["ratio"], 1.5)
        self.assertIsNone(document["rows"][2]["gflops"])


if __name__ == "__main__":
    unittest.main()
