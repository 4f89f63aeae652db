#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures libedgeai and what a user would take instead, by turns on this machine.

Usage: compare.py matmul|conv|forward|setup [options]; see README.md beside it.
"""
import argparse
import itertools
import os
import platform
import sys
from dataclasses import dataclass

import alternation
import compare_output
import peer_environment
import peer_ggml
import peer_llama
import peer_ncnn
import peer_onnxruntime
import peer_onnxruntime_conv
import peer_openblas
import side_edgeai

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = {
    "matmul": {peer.NAME: peer for peer in (peer_ggml, peer_openblas, peer_onnxruntime)},
    "conv": {peer.NAME: peer for peer in (peer_onnxruntime_conv, peer_ncnn)},
    "forward": {peer.NAME: peer for peer in (peer_llama,)},
}
# What ratios are to, and what they are.
BASES = {"matmul": side_edgeai.NAME, "conv": "onnxruntime float32", "forward": side_edgeai.NAME}
RATIO_TEXTS = {"matmul": "the side's time by edgeai's", "forward": "the side's time by edgeai's",
               "conv": "time of onnxruntime float32 by the side's"}
# Not the machine's own choice: they make OpenBLAS pretend to be on another processor.
DROPPED_VARIABLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
EXIT_RUN_TIME, EXIT_NOT_FOUND = 1, 3


@dataclass
class Runs:
    """How often one program repeats the work in one round."""
    threads: int
    repetitions: int
    min_time: int  # ms
    warmup: int

    def arguments(self):
        return ["--threads", str(self.threads), "--repetitions", str(self.repetitions),
                "--min-time", str(self.min_time), "--warmup", str(self.warmup)]


@dataclass
class MatmulJob:
    """activations [rows, k] times weights [m, k] of a type, transposed."""
    type: str
    rows: int
    k: int
    m: int
    runs: Runs

    @property
    def title(self):
        return f"{self.type} {self.rows} x {self.k} x {self.m}"

    @property
    def flop(self):
        return 2 * self.rows * self.k * self.m

    def arguments(self):
        return ["--rows", str(self.rows), "--k", str(self.k), "--m", str(self.m),
                *self.runs.arguments()]


@dataclass
class ConvJob:
    """A convolution of one image, padded by half of the kernel; `types` are edgeai's."""
    types: list
    channels: int
    filters: int
    size: int
    kernel: int
    stride: int
    runs: Runs

    @property
    def title(self):
        stride = f" / {self.stride}" if self.stride > 1 else ""
        return (f"{self.kernel} x {self.kernel}{stride}, {self.size} x {self.size} x "
                f"{self.channels} to {self.filters}")

    @property
    def flop(self):
        out = (self.size + 2 * (self.kernel // 2) - self.kernel) // self.stride + 1
        return 2 * out * out * self.filters * self.channels * self.kernel ** 2

    def arguments(self):
        return ["--channels", str(self.channels), "--filters", str(self.filters), "--size",
                str(self.size), "--kernel", str(self.kernel), "--stride", str(self.stride),
                *self.runs.arguments()]


@dataclass
class ForwardJob:
    """One pass over `positions` tokens, the logits of `read` of them wanted."""
    model: str
    positions: int
    read: int
    runs: Runs
    flop = None

    @property
    def title(self):
        return f"{os.path.basename(self.model)}, {self.positions} positions, {self.read} read"

    def arguments(self):
        return ["-m", self.model, "--positions", str(self.positions), "--read", str(self.read),
                *self.runs.arguments()]


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, found {text}")
    return value


def positives(text):
    """An option's parser: numbers of at least 1, separated by commas."""
    return [positive(word) for word in text.split(",")]


def count(text):
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"expected a number of at least 0, found {text}")
    return value


def processors(text):
    """An option's parser: numbers of processors that this process may use."""
    found = {int(word) for word in text.split(",")}
    allowed = os.sched_getaffinity(0)
    if not found <= allowed:
        raise argparse.ArgumentTypeError(f"expected some of {sorted(allowed)}, found {text}")
    return found


def names(choices):
    """An option's parser: names separated by commas, or "all"."""
    def parse(text):
        found = list(choices) if text == "all" else text.split(",")
        for name in found:
            if name not in choices:
                raise argparse.ArgumentTypeError(f"expected some of {', '.join(choices)}, "
                                                 f"found {name!r}")
        return found
    return parse


def add_common(parser, peers, repetitions, warmup):
    parser.add_argument("--peers", type=names(peers), default=list(peers), metavar="NAME,...",
                        help=f"which of {', '.join(peers)}; default all")
    parser.add_argument("--threads", type=positive, default=1, metavar="N")
    parser.add_argument("--rounds", type=positive, default=5, metavar="N",
                        help="turns of each side; default %(default)s")
    parser.add_argument("--repetitions", type=positive, default=repetitions, metavar="N",
                        help="of each turn, at least; default %(default)s")
    parser.add_argument("--min-time", type=count, default=200, metavar="MS",
                        help="of all repetitions of a turn; default %(default)s")
    parser.add_argument("--warmup", type=count, default=warmup, metavar="N",
                        help="repetitions before them that are not counted; default %(default)s")
    parser.add_argument("--cpus", type=processors, metavar="N,...",
                        help="processors that every side is bound to")
    parser.add_argument("--bench", default=os.path.join(ROOT, "build/release/tools/edgeai-bench"),
                        metavar="PROGRAM",
                        help="our side; default build/release/tools/edgeai-bench")
    parser.add_argument("--no-install", action="store_true", help="only peers that are there")
    parser.add_argument("--format", choices=compare_output.FORMATS, default="md")
    parser.add_argument("--json", action="store_const", const="json", dest="format")
    parser.add_argument("-q", "--quiet", action="store_true", help="no messages on stderr")


def read_options(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--venv", default=os.path.join(ROOT, "build/compare-venv"), metavar="DIR",
                        help="where the peers are; default build/compare-venv")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("setup", parents=[common], help="install the peers and end")
    matmul = commands.add_parser("matmul", parents=[common], help="one matrix product")
    matmul.add_argument("--type", type=names(peer_ggml.TYPES), default=["Q4_K", "Q8_0"],
                        metavar="T,...", help="weight types, or all; default Q4_K,Q8_0")
    for name, default in (("rows", 128), ("k", 2048), ("m", 2048)):
        matmul.add_argument("--" + name, type=positive, default=default, metavar="N")
    add_common(matmul, PEERS["matmul"], 5, 2)
    conv = commands.add_parser("conv", parents=[common], help="convolutions, batch 1")
    conv.add_argument("--type", type=names(side_edgeai.CONV_TYPES),
                      default=list(side_edgeai.CONV_TYPES), metavar="T,...",
                      help="of edgeai; default all: " + ", ".join(side_edgeai.CONV_TYPES))
    for name, default in (("channels", [128, 256]), ("filters", None), ("size", [28, 14]),
                          ("kernel", [3]), ("stride", [1])):
        conv.add_argument("--" + name, type=positives, default=default, metavar="N,...",
                          help="default " + (",".join(map(str, default)) if default
                                             else "as many as channels"))
    add_common(conv, PEERS["conv"], 5, 2)
    forward = commands.add_parser("forward", parents=[common], help="a pass of a language model")
    forward.add_argument("-m", "--model", required=True, metavar="FILE")
    forward.add_argument("--positions", type=positive, default=128, metavar="N")
    forward.add_argument("--read", type=positive, metavar="N",
                         help="positions whose logits are wanted; default all")
    add_common(forward, PEERS["forward"], 2, 1)
    options = parser.parse_args(arguments)
    if options.command == "forward":
        options.read = options.read or options.positions
        if options.read > options.positions:
            parser.error("--read: expected at most --positions")
    return options


def jobs_of(options):
    runs = Runs(options.threads, options.repetitions, options.min_time, options.warmup)
    if options.command == "forward":
        return [ForwardJob(options.model, options.positions, options.read, runs)]
    if options.command == "conv":
        return [ConvJob(options.type, channels, filters, size, kernel, stride, runs)
                for channels, size, kernel, stride in itertools.product(
                    options.channels, options.size, options.kernel, options.stride)
                for filters in options.filters or [channels]]
    return [MatmulJob(kind, options.rows, options.k, options.m, runs) for kind in options.type]


def sides_of(options, job, python):
    """Ours first, where it is built, then those of the peers that were asked for."""
    runners = [(PEERS[options.command][name], python) for name in options.peers]
    if os.path.exists(options.bench):
        runners.insert(0, (side_edgeai, options.bench))
    return [side for module, program in runners
            for side in getattr(module, options.command + "_sides")(program, job)]


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith(("model name", "Model")):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def head_of(options):
    return {"processor": f"{processor()}, {os.cpu_count()} processors",
            "system": f"{platform.system()} {platform.release()}",
            "load_before": round(os.getloadavg()[0], 2),
            "threads": options.threads, "rounds": options.rounds,
            "repetitions": options.repetitions, "min_time_ms": options.min_time,
            "warmup": options.warmup, "ratio": RATIO_TEXTS[options.command]}


def child_environment(say):
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    for name in DROPPED_VARIABLES:
        if environment.pop(name, None) is not None:
            say(f"{name} is set: not for the programs that are measured")
    return environment


def measure(options, python, say):
    """Rows of all jobs."""
    environment = child_environment(say)
    rows = []
    for job in jobs_of(options):
        sides = sides_of(options, job, python)
        measured = alternation.alternate(
            sides, options.rounds, environment,
            lambda number, side, job=job: say(f"{job.title}: round {number + 1} of "
                                              f"{options.rounds}, {side.name}", progress=True))
        for one in measured:
            if one.error:
                say(f"{job.title}: {one.name}: {one.error}")
        rows += compare_output.rows_of(job.title, measured, BASES[options.command], job.flop,
                                       is_speed=options.command == "conv")
    return rows


def main(arguments):
    options = read_options(arguments)
    is_quiet = getattr(options, "quiet", False)

    def say(message, progress=False):
        if not is_quiet and (not progress or sys.stderr.isatty()):
            print(f"compare: {message}", file=sys.stderr)

    if options.command == "forward" and not os.path.isfile(options.model):
        print(f"compare: {options.model}: not found", file=sys.stderr)
        return EXIT_NOT_FOUND
    install = not getattr(options, "no_install", False)
    python = peer_environment.prepare(options.venv, say, install, getattr(options, "peers", None))
    if options.command == "setup":
        return 0
    if options.cpus:
        os.sched_setaffinity(0, options.cpus)
    if not os.path.exists(options.bench):
        say(f"{options.bench}: not found, the peers are measured alone")
    head = head_of(options)
    rows = measure(options, python, say)
    sys.stdout.write(compare_output.FORMATS[options.format](head, rows))
    return 0 if any(row["n_samples"] for row in rows) else EXIT_RUN_TIME


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
