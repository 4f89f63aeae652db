# SPDX-License-Identifier: MIT
"""The virtual environment that the peers live in, under build/, and what is installed into it."""
import os
import subprocess
import sys

# For each peer: the modules it imports, the packages that bring them, and why.
PACKAGES = {
    "all peers": (["numpy"], ["numpy"], "random operands, checks of the products"),
    "onnxruntime": (["onnxruntime", "onnx"], ["onnxruntime", "onnx"],
                    "ONNX Runtime and its models of one node"),
    "ncnn": (["ncnn"], ["ncnn"], "ncnn's convolutions"),
    "ggml and llama.cpp": (["llama_cpp"], ["llama-cpp-python"],
                           "compiled for this machine, which takes from minutes to an hour"),
}


def python_of(folder):
    return os.path.join(folder, "bin", "python")


def _has(python, modules):
    """Whether the environment can find the modules; they are not run."""
    code = "import importlib.util, sys\n" \
           "sys.exit(not all(importlib.util.find_spec(name) for name in sys.argv[1:]))"
    return subprocess.run([python, "-c", code, *modules], stdout=subprocess.DEVNULL,
                          check=False).returncode == 0


def _install_command(python, packages):
    """With settings of the caller's own, nothing that was built before with others."""
    without_cache = ["--no-cache-dir"] if "CMAKE_ARGS" in os.environ else []
    return [python, "-m", "pip", "install", *without_cache, *packages]


def _install_settings():
    """llama-cpp-python is built for this machine's own instruction set, as a user would who wants
    speed; settings of the caller come first."""
    environment = dict(os.environ)
    environment.setdefault("CMAKE_ARGS", "-DGGML_NATIVE=ON -DLLAVA_BUILD=OFF")
    environment.setdefault("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count() or 1))
    return environment


def prepare(folder, say, install=True, wanted=None):
    """Makes the environment and installs what is missing, unless told not to.

    say: called with each message. wanted: names of the peers that will run; None: all. A package that cannot be had is said and passed over: its peers
    then fail one by one. Returns the Python to run peers with.
    """
    python = python_of(folder)
    if not os.path.exists(python):
        if not install:
            say(f"no virtual environment in {folder}: no peer can run")
            return python
        say(f"making the virtual environment {folder}")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    for peers, (modules, packages, why) in PACKAGES.items():
        if wanted is not None and peers != "all peers" and not set(peers.split()) & set(wanted):
            continue
        if _has(python, modules):
            continue
        names = ", ".join(packages)
        if not install:
            say(f"{names} not installed in {folder}: needed by {peers}")
            continue
        say(f"installing {names} for {peers}: {why}")
        log = os.path.join(folder, f"install-{packages[0]}.log")
        with open(log, "w", encoding="utf-8") as out:
            done = subprocess.run(_install_command(python, packages), stdout=out,
                                  stderr=subprocess.STDOUT, env=_install_settings(), check=False)
        if done.returncode != 0:
            say(f"{names} cannot be installed, going on without: see {log}")
    return python
