# SPDX-License-Identifier: MIT
"""Programs that measure the same work, run by turns, and what their times say.

A machine's speed drifts over minutes (clock, neighbours, heat). So every round runs each side's
program once, one after the other, and ratios are taken within a round: their spread over the
rounds shows how much of them is the machine.
"""
import json
import statistics
import subprocess
from dataclasses import dataclass, field


@dataclass
class Side:
    """One program that measures: it prints a JSON document with its times."""
    name: str
    command: list


@dataclass
class Measured:
    """What the runs of one side printed."""
    name: str
    rounds: list = field(default_factory=list)  # [n_rounds][n_repetitions] ms
    note: str = ""  # how the work was done, in the program's own words
    error: str = ""  # why the side was given up; its rounds are then empty

    @property
    def samples(self):
        return [ms for one in self.rounds for ms in one]

    @property
    def min_ms(self):
        return min(self.samples)

    @property
    def median_ms(self):
        return statistics.median(self.samples)


@dataclass
class Ratio:
    """Time of one side over that of another: above 1, the other is the faster one."""
    value: float  # median over the rounds of the ratio of the round's medians
    low: float  # the least and the largest of them
    high: float


def ratio(side, base):
    """None unless both were measured, in the same rounds."""
    if side.error or base.error or not base.rounds or len(side.rounds) != len(base.rounds):
        return None
    each = [statistics.median(a) / statistics.median(b) for a, b in zip(side.rounds, base.rounds)]
    return Ratio(statistics.median(each), min(each), max(each))


class BadOutput(Exception):
    """A program's output is not what was expected."""


def _all_samples(value):
    """Every list that stands under the key samples_ms, at any depth."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key == "samples_ms":
                yield member
            else:
                yield from _all_samples(member)
    elif isinstance(value, list):
        for member in value:
            yield from _all_samples(member)


def _note(document):
    """A peer's own words; of edgeai-bench the library's version and instruction set level."""
    if not isinstance(document, dict):
        return ""
    if "note" in document:
        return str(document["note"])
    host = document.get("host")
    words = [document.get("version"), host.get("isa") if isinstance(host, dict) else None]
    return ", ".join(str(word) for word in words if word)


def read_output(text):
    """(times in ms, note) of a program's JSON document, which holds one list samples_ms."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise BadOutput(f"expected a JSON document, found {text[:60]!r}: {error}") from None
    found = list(_all_samples(document))
    if len(found) != 1:
        raise BadOutput(f"expected one list samples_ms, found {len(found)}")
    samples = found[0]
    if not isinstance(samples, list) or not samples:
        raise BadOutput(f"samples_ms: expected a list of times, found {samples!r}")
    for ms in samples:
        if isinstance(ms, bool) or not isinstance(ms, (int, float)) or not 0 < ms < float("inf"):
            raise BadOutput(f"samples_ms: expected a time above 0, found {ms!r}")
    return [float(ms) for ms in samples], _note(document)


def _run(side, environment):
    try:
        done = subprocess.run(side.command, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, env=environment, check=False)
    except OSError as error:
        raise BadOutput(f"{side.command[0]}: {error.strerror}") from None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["nothing on stderr"])[-1]
        raise BadOutput(f"exit status {done.returncode}: {last}")
    return read_output(done.stdout)


def alternate(sides, n_rounds, environment=None, on_run=None):
    """Runs each side once in each round; a side that fails is given up.

    on_run, if given, is called with (round, side) before each run. Returns a Measured for each
    side, in the same order.
    """
    measured = [Measured(side.name) for side in sides]
    for number in range(n_rounds):
        for side, result in zip(sides, measured):
            if result.error:
                continue
            if on_run:
                on_run(number, side)
            try:
                samples, result.note = _run(side, environment)
                result.rounds.append(samples)
            except BadOutput as error:
                result.error = str(error)
                result.rounds = []
    return measured
