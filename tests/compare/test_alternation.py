#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns, times read from programs, medians and ratios of tools/compare."""
import json
import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools", "compare"))
import alternation  # noqa: E402
from alternation import Measured, Side  # noqa: E402


class ReadOutputTest(unittest.TestCase):
    def test_times_and_note(self):
        text = '{"samples_ms": [1.5, 2], "note": "AVX2"}'
        self.assertEqual(alternation.read_output(text), ([1.5, 2.0], "AVX2"))

    def test_times_below_other_members(self):
        text = '{"schema": "x/1", "rows": [{"type": "F32", "samples_ms": [3]}]}'
        self.assertEqual(alternation.read_output(text), ([3.0], ""))

    def test_note_of_edgeai_bench(self):
        text = '{"version": "0.1.0", "host": {"isa": "avx2"}, "rows": [{"samples_ms": [3]}]}'
        self.assertEqual(alternation.read_output(text), ([3.0], "0.1.0, avx2"))

    def bad(self, text, *says):
        with self.assertRaises(alternation.BadOutput) as caught:
            alternation.read_output(text)
        for word in says:
            self.assertIn(word, str(caught.exception))

    def test_not_json(self):
        self.bad("128 rows: 5 ms", "JSON", "128 rows")

    def test_no_list_or_several(self):
        self.bad('{"median_ms": 3}', "found 0")
        self.bad('[{"samples_ms": [1]}, {"samples_ms": [2]}]', "found 2")

    def test_not_a_list_of_times(self):
        self.bad('{"samples_ms": []}', "found []")
        self.bad('{"samples_ms": 3}', "found 3")

    def test_not_a_time(self):
        for value in ("0", "-1", "true", '"3"', "null", "NaN", "Infinity"):
            self.bad('{"samples_ms": [1, %s]}' % value, "expected a time")


class RatioTest(unittest.TestCase):
    def test_of_medians_within_rounds(self):
        ours = Measured("ours", [[1, 2, 9], [20, 20, 20], [2, 2]])
        theirs = Measured("theirs", [[6, 6, 6], [30, 30, 300], [4, 4]])
        found = alternation.ratio(theirs, ours)
        self.assertEqual((found.value, found.low, found.high), (2.0, 1.5, 3.0))
        self.assertEqual((theirs.min_ms, theirs.median_ms), (4, 6))

    def test_median_of_an_even_number(self):
        self.assertEqual(Measured("x", [[1, 2], [4, 10]]).median_ms, 3)

    def test_none_without_both(self):
        good = Measured("ours", [[1]])
        self.assertIsNone(alternation.ratio(Measured("theirs", [], error="crashed"), good))
        self.assertIsNone(alternation.ratio(good, Measured("theirs", [], error="crashed")))
        self.assertIsNone(alternation.ratio(Measured("theirs", [[1], [1]]), good))


class AlternateTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = os.path.join(folder.name, "log")

    def side(self, name, then=""):
        """Writes its name to the log, does `then`, and prints as its times how long the log is."""
        code = ("import json, sys\n"
                f"file = open({self.log!r}, 'a+'); file.write({name!r}); file.flush()\n"
                f"file.seek(0); n = len(file.read())\n{then}\n"
                f"print(json.dumps({{'samples_ms': [n, n], 'note': {name!r}}}))")
        return Side(name, [sys.executable, "-c", code])

    def read_log(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read()

    def test_by_turns(self):
        said = []
        found = alternation.alternate([self.side("a"), self.side("b")], 3, None,
                                      lambda number, side: said.append((number, side.name)))
        self.assertEqual(self.read_log(), "ababab")
        self.assertEqual([one.name for one in found], ["a", "b"])
        self.assertEqual(found[0].rounds, [[1, 1], [3, 3], [5, 5]])
        self.assertEqual(found[1].samples, [2, 2, 4, 4, 6, 6])
        self.assertEqual(found[1].note, "b")
        self.assertEqual(said[:3], [(0, "a"), (0, "b"), (1, "a")])

    def test_a_side_that_fails_is_given_up(self):
        bad = self.side("b", "if n > 3: sys.exit('first line\\nno such type')")
        found = alternation.alternate([self.side("a"), bad], 4)
        self.assertEqual(self.read_log(), "ababaa")
        self.assertEqual(len(found[0].rounds), 4)
        self.assertEqual(found[1].error, "exit status 1: no such type")
        self.assertEqual(found[1].samples, [])

    def test_a_program_that_is_not_there(self):
        found = alternation.alternate([Side("a", ["/nowhere/edgeai-bench"])], 1)
        self.assertIn("/nowhere/edgeai-bench", found[0].error)

    def test_environment(self):
        code = "import os; print('{\"samples_ms\": [%s]}' % os.environ['TIME_MS'])"
        found = alternation.alternate([Side("a", [sys.executable, "-c", code])], 1,
                                      dict(os.environ, TIME_MS="7"))
        self.assertEqual(found[0].samples, [7], json.dumps(found[0].error))


if __name__ == "__main__":
    unittest.main()
