# SPDX-License-Identifier: MIT
"""Trains edgeai-nano: python3 train.py --run RUN --minutes 80 [--resume] [--device cuda]

RUN holds tokenizer.json and train.npz (tokenizer.py writes them); checkpoint.pt is written there every three minutes.
The learning rate follows the share of the planned minutes used so far, so the run ends on time on any machine.
"""
import argparse
import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from batches import Rows, masked
from evaluate import low_confidence, load_tasks
from model import Nano, Shape, pair_words
from muon import Muon
from tokenizer import MASK

HIDDEN_RATE, EMBEDDING_RATE, NORM_RATE, AVERAGE = 0.02, 5e-3, 1e-3, 0.998
WARM_UP_STEPS, FLAT_SHARE, EARLY_SHARE = 100, 0.4, 0.04


def rate(step, share):
    """Warm-up, flat, then straight down to zero."""
    return min(1, (step + 1) / WARM_UP_STEPS) * min(1, max(0, (1 - share) / (1 - FLAT_SHARE)))


def prompt_share(share):
    """Half of the rows at first, fewer later, none at the end: a hidden instruction word makes the answer uncertain."""
    return 0.5 - 1.6 * share if share < 0.25 else 0.1 if share < 0.7 else 0.0


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--run", required=True)
    options.add_argument("--minutes", type=float, default=80)
    options.add_argument("--resume", action="store_true")
    options.add_argument("--device", default="cpu")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--layers", type=int, default=4)
    args = options.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    tokenizer = Tokenizer.from_file(os.path.join(args.run, "tokenizer.json"))
    data = np.load(os.path.join(args.run, "train.npz"))
    mixed = Rows(data["flat"], data["starts"], data["prompts"])
    early = Rows(data["early_flat"], data["early_starts"], data["early_prompts"])
    dev = load_tasks(os.path.join(args.run, "dev.jsonl"))[:64]

    shape = Shape(vocabulary=tokenizer.get_vocab_size(), layers=args.layers)
    model = Nano(shape)
    pair_words(model.token_embd.weight, tokenizer.get_vocab(), MASK)
    model.to(args.device)
    average = [p.detach().clone() for p in model.parameters()]
    hidden = [p for p in model.blk.parameters() if p.dim() == 2]
    norms = [p for p in model.parameters() if p.dim() == 1]
    muon = Muon(hidden)
    adam = torch.optim.AdamW([{"params": [model.token_embd.weight], "base": EMBEDDING_RATE},
                              {"params": norms, "base": NORM_RATE}], betas=(0.9, 0.98), weight_decay=0.0)
    step, used, path = 0, 0.0, os.path.join(args.run, "checkpoint.pt")
    if args.resume:
        state = torch.load(path, map_location=args.device, weights_only=False)
        model.load_state_dict(state["model"])
        average, muon.buffers = state["average"], state["muon"]
        adam.load_state_dict(state["adam"])
        rng.bit_generator.state = state["rng"]
        step, used = state["step"], state["used"]

    def save():
        torch.save({"model": model.state_dict(), "average": average, "muon": muon.buffers, "adam": adam.state_dict(),
                    "rng": rng.bit_generator.state, "step": step, "used": used, "shape": vars(shape)}, path + ".part")
        os.replace(path + ".part", path)

    print("parameters %d, rows %d" % (sum(p.numel() for p in model.parameters()), len(mixed.lengths)), flush=True)
    states = torch.compile(model.hidden, dynamic=False)
    begun, before = time.time(), used
    losses, seen, since, saved, probed = [], 0, time.time(), time.time(), time.time()
    while used < args.minutes:
        share = used / args.minutes
        pool = early if share < EARLY_SHARE else mixed
        ids, prompts, lengths = pool.long(rng) if share > EARLY_SHARE and rng.random() < 0.25 else pool.short(rng)
        ids, where, targets, weights = (torch.from_numpy(a).to(args.device)
                                        for a in masked(ids, prompts, lengths, rng, prompt_share(share)))
        with torch.autocast(args.device, torch.bfloat16):
            logits = model.logits(states(ids).flatten(0, 1)[where])
        loss = (F.cross_entropy(logits.float(), targets, reduction="none") * weights).sum() / weights.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([model.token_embd.weight] + norms, 1.0)  # Muon's step has a fixed size anyway
        now = rate(step, share)
        muon.step(HIDDEN_RATE * now)
        for group in adam.param_groups:
            group["lr"] = group["base"] * now
        adam.step()
        model.zero_grad()
        torch._foreach_lerp_(average, [p.detach() for p in model.parameters()], 1 - min(AVERAGE, step / (step + 10)))
        losses.append(loss.item())
        step, seen, used = step + 1, seen + len(ids), before + (time.time() - begun) / 60
        if step % 50 == 0:
            print("step %d min %.1f loss %.4f rows/s %.0f rate %.3f" % (
                step, used, np.mean(losses), seen / (time.time() - since), now), flush=True)
            losses, seen, since = [], 0, time.time()
        if time.time() - saved > 180:
            save()
            saved = time.time()
        if time.time() - probed > 240:
            exact, passes = low_confidence(model, tokenizer, dev)
            print("probe: %.1f %% of 64 exact" % (100 * exact.mean()), flush=True)
            probed = since = time.time()
            seen = 0
    save()


if __name__ == "__main__":
    main()
