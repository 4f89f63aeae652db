#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What tools/compare installs, with a stub for the environment's Python."""
import os
import stat
import sys
import tempfile
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools", "compare"))
import peer_environment  # noqa: E402

# Knows numpy only; installs anything but onnxruntime.
STUB = """#!/bin/sh
case "$*" in
*find_spec*numpy) exit 0 ;;
*find_spec*) exit 1 ;;
esac
echo "$* [$CMAKE_ARGS]" >>"$(dirname "$0")/log"
case "$*" in
*onnxruntime*) echo "no such package"; exit 1 ;;
esac
"""


class PrepareTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.venv, self.said = folder.name, []
        os.mkdir(os.path.join(self.venv, "bin"))
        python = peer_environment.python_of(self.venv)
        with open(python, "w", encoding="utf-8") as file:
            file.write(STUB)
        os.chmod(python, stat.S_IRWXU)

    def installs(self):
        path = os.path.join(self.venv, "bin", "log")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()

    def prepare(self, **options):
        return peer_environment.prepare(self.venv, self.said.append, **options)

    def test_installs_what_is_missing_and_goes_on_after_a_failure(self):
        with mock.patch.dict(os.environ):
            os.environ.pop("CMAKE_ARGS", None)
            self.assertEqual(self.prepare(), os.path.join(self.venv, "bin", "python"))
        onnx, ncnn, llama = self.installs()
        self.assertIn("-m pip install ncnn ", ncnn)
        self.assertIn("-m pip install onnxruntime onnx ", onnx)
        self.assertIn("-m pip install llama-cpp-python [-DGGML_NATIVE=ON", llama)
        self.assertEqual(len(self.said), 4, self.said)
        self.assertIn("onnxruntime, onnx cannot be installed", self.said[1])
        with open(os.path.join(self.venv, "install-onnxruntime.log"), encoding="utf-8") as log:
            self.assertEqual(log.read(), "no such package\n")

    def test_settings_of_the_caller(self):
        with mock.patch.dict(os.environ, CMAKE_ARGS="-DGGML_AVX2=OFF"):
            self.prepare()
        self.assertIn("install --no-cache-dir llama-cpp-python [-DGGML_AVX2=OFF]",
                      self.installs()[-1])

    def test_installs_what_the_wanted_peers_need(self):
        self.prepare(wanted=["ncnn", "openblas"])
        self.assertEqual(len(self.installs()), 1, self.installs())
        self.assertIn("-m pip install ncnn", self.installs()[0])

    def test_installs_nothing_when_told_so(self):
        self.prepare(install=False)
        self.assertEqual(self.installs(), [])
        self.assertEqual(len(self.said), 3, self.said)


if __name__ == "__main__":
    unittest.main()
