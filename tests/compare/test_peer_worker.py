#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The clock that the peers' programs of tools/compare share."""
import os
import sys
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools", "compare"))
import peer_worker  # noqa: E402


class TimeTest(unittest.TestCase):
    def setUp(self):
        self.now_ns, self.n_runs = 0, 0

    def run_once(self):
        """The first run takes 100 ms by the clock, the others 4."""
        self.n_runs += 1
        self.now_ns += 100_000_000 if self.n_runs == 1 else 4_000_000

    def time(self, *arguments):
        options = peer_worker.parser("").parse_args(arguments)
        with mock.patch("time.perf_counter_ns", lambda: self.now_ns):
            return peer_worker.time_ms(self.run_once, options)

    def test_repetitions_behind_the_warm_up(self):
        self.assertEqual(self.time("--repetitions", "3", "--warmup", "1"), [4, 4, 4])

    def test_without_warm_up(self):
        self.assertEqual(self.time("--repetitions", "2", "--warmup", "0"), [100, 4])

    def test_fills_the_least_time(self):
        self.assertEqual(self.time("--repetitions", "2", "--warmup", "1", "--min-time", "18"),
                         [4, 4, 4, 4, 4])


if __name__ == "__main__":
    unittest.main()
