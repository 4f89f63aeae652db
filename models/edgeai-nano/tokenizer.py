# SPDX-License-Identifier: MIT
"""Byte-level BPE trained on the corpus, and training rows as numpy arrays.

`python3 tokenizer.py --out RUN [--rows N]` writes RUN/tokenizer.json and RUN/train.npz, and with --tests also
test.jsonl and dev.jsonl. The pre-tokenizer is the published qwen2 expression, which GGUF readers know by that name.
"""
import argparse
import json
import os

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

import corpus

QWEN2 = (r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
         r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
SPECIAL = ["<|startoftext|>", "<|endoftext|>", "<|mdm_mask|>"]  # always the ids 0, 1, 2
BOS, EOS, MASK = 0, 1, 2
TRAIN_SEED, EARLY_SEED, TEST_SEED, DEV_SEED = 11, 12, 13, 14


def train_tokenizer(texts, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, min_frequency=20, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def rows(tokenizer, pairs):
    """Flat ids of BOS + instruction + newline + answer + EOS, with where each row starts and where its answer does."""
    prompts = tokenizer.encode_batch([instruction + "\n" for instruction, _ in pairs], add_special_tokens=False)
    answers = tokenizer.encode_batch([text for _, text in pairs], add_special_tokens=False)
    flat, starts, prompt_lengths = [], [0], []
    for prompt, answer in zip(prompts, answers):
        ids = [BOS] + prompt.ids + answer.ids + [EOS]
        flat.extend(ids)
        starts.append(len(flat))
        prompt_lengths.append(1 + len(prompt.ids))
    return np.array(flat, np.int16), np.array(starts, np.int64), np.array(prompt_lengths, np.int16)


def write_tasks(path, pairs, prefix):
    with open(path, "w") as out:
        for i, (instruction, text) in enumerate(pairs, 1):
            out.write(json.dumps({"version": 1, "id": "%s%04d" % (prefix, i), "prompt": instruction, "answer": text}) + "\n")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", required=True)
    options.add_argument("--vocabulary", type=int, default=1536)
    options.add_argument("--rows", type=int, default=900000)
    options.add_argument("--tests", action="store_true")
    args = options.parse_args()
    os.makedirs(args.out, exist_ok=True)
    if args.tests:
        here = os.path.dirname(os.path.abspath(__file__))
        write_tasks(os.path.join(here, "test.jsonl"), corpus.examples(TEST_SEED, "test", 1000), "t")
        write_tasks(os.path.join(args.out, "dev.jsonl"), corpus.examples(DEV_SEED, "dev", 200), "d")
    pairs = corpus.examples(TRAIN_SEED, "train", args.rows)
    tokenizer = train_tokenizer((instruction + "\n" + text for instruction, text in pairs[:60000]), args.vocabulary)
    tokenizer.save(os.path.join(args.out, "tokenizer.json"))
    early = corpus.examples(EARLY_SEED, "train", args.rows // 8, two_actions=0.0)
    flat, starts, prompts = rows(tokenizer, pairs)
    early_flat, early_starts, early_prompts = rows(tokenizer, early)
    np.savez(os.path.join(args.out, "train.npz"), flat=flat, starts=starts, prompts=prompts,
             early_flat=early_flat, early_starts=early_starts, early_prompts=early_prompts)
    answers = np.diff(starts) - prompts
    print("vocabulary %d; prompt tokens mean %.1f max %d; answer tokens with end mean %.1f max %d" % (
        tokenizer.get_vocab_size(), prompts.mean(), prompts.max(), answers.mean(), answers.max()))


if __name__ == "__main__":
    main()
