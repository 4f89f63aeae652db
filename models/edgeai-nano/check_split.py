# SPDX-License-Identifier: MIT
"""Checks test.jsonl against the training data: python3 check_split.py [--rows 900000]

Every test answer must hash into the test part, every instruction must be new, and none of the first training rows (all
of them with the full number) may share its instruction or its answer with a test item.
"""
import argparse
import os

import corpus
from evaluate import load_tasks
from tokenizer import EARLY_SEED, TRAIN_SEED

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--rows", type=int, default=20000)
rows = options.parse_args().rows
tasks = load_tasks(os.path.join(os.path.dirname(os.path.abspath(__file__)), "test.jsonl"))
prompts, answers = {t["prompt"] for t in tasks}, {t["answer"] for t in tasks}
assert len(prompts) == len(tasks) == 1000
assert all(corpus.part(a) == "test" for a in answers)
for seed, count, share in ((TRAIN_SEED, rows, 0.6), (EARLY_SEED, rows // 8, 0.0)):
    for instruction, text in corpus.examples(seed, "train", count, share):
        assert instruction not in prompts and text not in answers, instruction
print("1000 test items (%d different answers), none shared with %d + %d training rows" % (len(answers), rows, rows // 8))
