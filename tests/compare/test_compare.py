#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command line of tools/compare, with stubs for edgeai-bench and for the peers' Python."""
import contextlib
import io
import json
import os
import stat
import sys
import tempfile
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools", "compare"))
import compare  # noqa: E402


class CompareTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        os.makedirs(os.path.join(self.root, "venv", "bin"))
        self.bench = self.stub("edgeai-bench", 2)
        self.stub("venv/bin/python", 5)

    def stub(self, path, ms):
        """A program that logs its arguments, and prints `ms`; the venv's finds every module."""
        full = os.path.join(self.root, path)
        with open(full, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n"
                       f'echo "$(basename "$0") $* [$OPENBLAS_CORETYPE]" >>{self.root}/log\n'
                       f"echo '{{\"samples_ms\": [{ms}], \"note\": \"stub\"}}'\n")
        os.chmod(full, stat.S_IRWXU)
        return full

    def run_compare(self, *arguments):
        """(exit status, stdout, stderr)"""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = compare.main([*arguments, "--venv", os.path.join(self.root, "venv"),
                                   "--no-install", "--bench", self.bench])
        return status, out.getvalue(), err.getvalue()

    def runs(self):
        """Lines of the log, less the questions which modules there are."""
        with open(os.path.join(self.root, "log"), encoding="utf-8") as file:
            return [line for line in file.read().splitlines()
                    if line.startswith("edgeai-bench") or ".py" in line]

    def test_matmul(self):
        status, out, _ = self.run_compare("matmul", "--type", "Q4_K", "--rows", "3", "--k", "256",
                                          "--m", "5", "--rounds", "2", "--peers", "ggml",
                                          "--threads", "2", "--json")
        self.assertEqual(status, 0)
        document = json.loads(out)
        self.assertEqual([row["side"] for row in document["rows"]], ["edgeai", "ggml"])
        self.assertEqual(document["rows"][1]["ratio"], 2.5)
        self.assertAlmostEqual(document["rows"][0]["gflops"], 2 * 3 * 256 * 5 / 2e-3 / 1e9)
        self.assertEqual(document["rows"][0]["work"], "Q4_K 3 x 256 x 5")
        runs = self.runs()
        self.assertEqual([line.split()[0] for line in runs], ["edgeai-bench", "python"] * 2)
        self.assertEqual(runs[0], "edgeai-bench matmul --type Q4_K --rows 3 --k 256 --m 5 "
                                  "--threads 2 --repetitions 5 --min-time 200 --warmup 2 --json []")
        self.assertIn("peer_ggml.py --type Q4_K --rows 3 --k 256 --m 5 --threads 2", runs[1])

    def test_forward(self):
        model = os.path.join(self.root, "m.gguf")
        with open(model, "w", encoding="utf-8"):
            pass
        status, out, _ = self.run_compare("forward", "-m", model, "--positions", "64", "--rounds",
                                          "1", "--format", "csv")
        self.assertEqual(status, 0)
        self.assertIn('llama.cpp,1,5.000,5.000,,2.50,2.50,2.50,2.50,stub', out)
        self.assertEqual(self.runs()[0], f"edgeai-bench forward -m {model} --positions 64 --read 64"
                                         " --threads 1 --repetitions 2 --min-time 200 --warmup 1 "
                                         "--json []")

    def test_every_type_has_a_side_of_each_peer_that_knows_it(self):
        self.run_compare("matmul", "--type", "Q4_0,Q6_K", "--rounds", "1")
        scripts = [os.path.basename(word) for line in self.runs() for word in line.split()
                   if word.endswith(".py")]
        self.assertEqual(scripts, ["peer_ggml.py", "peer_openblas.py", "peer_onnxruntime.py",
                                   "peer_onnxruntime.py", "peer_ggml.py", "peer_openblas.py"])

    def test_variables_that_misinform_openblas_are_dropped(self):
        with mock.patch.dict(os.environ, OPENBLAS_CORETYPE="Prescott"):
            _, _, err = self.run_compare("matmul", "--type", "F32", "--rounds", "1", "--peers",
                                         "openblas")
        self.assertIn("OPENBLAS_CORETYPE", err)
        self.assertTrue(all(line.endswith("[]") for line in self.runs()), self.runs())

    def test_conv(self):
        status, out, _ = self.run_compare("conv", "--type", "f32,binary", "--channels", "8,16",
                                          "--size", "5", "--rounds", "1", "--peers", "onnxruntime",
                                          "--json")
        self.assertEqual(status, 0)
        document = json.loads(out)
        self.assertEqual([row["side"] for row in document["rows"]],
                         2 * ["edgeai f32", "edgeai binary", "onnxruntime float32",
                              "onnxruntime int8"])
        self.assertEqual([row["ratio"] for row in document["rows"][:4]], [2.5, 2.5, None, 1.0])
        self.assertAlmostEqual(document["rows"][0]["gflops"], 2 * 25 * 9 * 8 * 8 / 2e-3 / 1e9)
        ours = self.runs()[1].split()
        self.assertEqual(ours[:4], ["edgeai-bench", "conv", "--type", "binary"])
        self.assertEqual(ours[ours.index("--filters") + 1], "8")

    def test_peers_without_us(self):
        self.bench = os.path.join(self.root, "nothing")
        status, out, err = self.run_compare("matmul", "--type", "F32", "--rounds", "1", "--peers",
                                            "openblas", "--format", "csv")
        self.assertEqual(status, 0)
        self.assertIn("openblas,1,5.000", out)
        self.assertIn("the peers are measured alone", err)
        self.assertNotIn("edgeai,", out)

    def test_nothing_measured(self):
        os.remove(os.path.join(self.root, "venv", "bin", "python"))
        self.bench = os.path.join(self.root, "nothing")
        status, _, err = self.run_compare("matmul", "--type", "F32", "--rounds", "1")
        self.assertEqual(status, compare.EXIT_RUN_TIME)
        self.assertIn("no virtual environment", err)

    def test_no_such_model(self):
        status, out, err = self.run_compare("forward", "-m", "/nowhere.gguf")
        self.assertEqual((status, out), (compare.EXIT_NOT_FOUND, ""))
        self.assertIn("/nowhere.gguf", err)

    def test_wrong_usage(self):
        for arguments in (("matmul", "--type", "Q9"), ("matmul", "--rows", "0"),
                          ("matmul", "--warmup", "-1"), ("matmul", "--cpus", "0,9999"),
                          ("matmul", "--cpus", "x"), ("other",),
                          ("conv", "--channels", "8,0"), ("conv", "--type", "q1"),
                          ("forward", "-m", "x", "--positions", "4", "--read", "5")):
            with self.assertRaises(SystemExit) as caught:
                self.run_compare(*arguments)
            self.assertEqual(caught.exception.code, 2)


if __name__ == "__main__":
    unittest.main()
