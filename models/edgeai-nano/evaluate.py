# SPDX-License-Identifier: MIT
"""Exact-match accuracy of a checkpoint, decoded one token per pass (low-confidence remasking, as in LLaDA).

python3 evaluate.py --run RUN --tasks test.jsonl [--count 500] [--dico]
"""
import argparse
import json
import os

import numpy as np
import torch
from tokenizers import Tokenizer

from model import Nano, Shape
from tokenizer import BOS, EOS, MASK

REGION, BLOCK = 64, 32


def load_tasks(path):
    with open(path) as lines:
        return [json.loads(line) for line in lines]


def load_model(path, averaged=True):
    state = torch.load(path, map_location="cpu", weights_only=False)
    model = Nano(Shape(**state["shape"]))
    model.load_state_dict(state["model"])
    if averaged:
        with torch.no_grad():
            for p, a in zip(model.parameters(), state["average"]):
                p.copy_(a)
    return model.eval()


def prompt_ids(tokenizer, task):
    return [BOS] + tokenizer.encode(task["prompt"] + "\n", add_special_tokens=False).ids


def text_of(tokenizer, ids):
    ids = list(ids)
    return tokenizer.decode(ids[:ids.index(EOS)] if EOS in ids else ids).strip()


@torch.no_grad()
def low_confidence(model, tokenizer, tasks, early_stop=True):
    """Whether each task is answered exactly, and forward passes per task. Prompts of one length share a batch."""
    exact, passes = np.zeros(len(tasks), bool), np.zeros(len(tasks), int)
    prompts = [prompt_ids(tokenizer, task) for task in tasks]
    device = model.token_embd.weight.device
    for length in sorted(set(map(len, prompts))):
        chosen = [i for i, p in enumerate(prompts) if len(p) == length]
        x = torch.tensor([prompts[i] + [MASK] * REGION for i in chosen], device=device)
        row = torch.arange(len(chosen), device=device)
        open_rows = np.ones(len(chosen), bool)
        for begin in range(length, length + REGION, BLOCK):
            for _ in range(BLOCK):
                logits = model(x)[:, begin:begin + BLOCK].float()
                logits[..., MASK] = -torch.inf
                best, token = logits.softmax(-1).max(-1)
                best[x[:, begin:begin + BLOCK] != MASK] = -1
                at = best.argmax(-1)
                x[row, begin + at] = token[row, at]
                passes[np.array(chosen)[open_rows]] += 1
            ended = (x[:, length:begin + BLOCK] == EOS).any(1).cpu().numpy()
            open_rows &= ~(ended & early_stop)
            if not open_rows.any():
                break
        for i, ids in zip(chosen, x[:, length:].tolist()):
            ids = [EOS if t == MASK else t for t in ids]
            exact[i] = text_of(tokenizer, ids) == tasks[i]["answer"]
    return exact, passes


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--run", required=True)
    options.add_argument("--tasks", required=True)
    options.add_argument("--count", type=int, default=500)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--dico", action="store_true")
    options.add_argument("--show", action="store_true", help="print wrong answers")
    args = options.parse_args()
    torch.set_num_threads(args.threads)
    tokenizer = Tokenizer.from_file(os.path.join(args.run, "tokenizer.json"))
    model = load_model(os.path.join(args.run, "checkpoint.pt"))
    tasks = load_tasks(args.tasks)[:args.count]
    exact, passes = low_confidence(model, tokenizer, tasks)
    print("low-confidence: %.1f %% of %d exact, %.1f passes" % (100 * exact.mean(), len(tasks), passes.mean()))
    if args.dico:
        from dico import decode
        results = [decode(model, prompt_ids(tokenizer, task), REGION, BLOCK) for task in tasks]
        answers = [text_of(tokenizer, ids) for ids, _ in results]
        right = np.array([a == task["answer"] for a, task in zip(answers, tasks)])
        used = np.mean([n for _, n in results])
        print("DiCo: %.1f %% exact, %.1f passes (%.2f times)" % (100 * right.mean(), used, used / passes.mean()))
        if args.show:
            for a, task in zip(answers, tasks):
                if a != task["answer"]:
                    print(task["prompt"], "\n  wanted", task["answer"], "\n  got   ", a)


if __name__ == "__main__":
    main()
