# SPDX-License-Identifier: MIT
"""Peer: one forward pass of llama.cpp over a GGUF file, through llama-cpp-python's C functions.

All positions see each other (no causal mask), the row is one micro-batch, flash attention and
everything else that is not said here is llama.cpp's default. Logits are asked for the last `read`
positions. The time is llama_decode with llama_synchronize: from token ids to logits in memory.
"""
import math
import os
import sys

import alternation
import peer_worker

NAME = "llama.cpp"


def forward_sides(python, job):
    return [alternation.Side(NAME, [python, os.path.abspath(__file__), *job.arguments()])]


def load(llama, options):
    model_params = llama.llama_model_default_params()
    model_params.n_gpu_layers = 0
    model = llama.llama_model_load_from_file(options.model.encode(), model_params)
    if not model:
        sys.exit(f"{options.model}: llama.cpp cannot load it")
    params = llama.llama_context_default_params()
    params.n_ctx = params.n_batch = params.n_ubatch = options.positions
    params.n_threads = params.n_threads_batch = options.threads
    context = llama.llama_init_from_model(model, params)
    if not context:
        sys.exit(f"{options.model}: llama.cpp cannot make a context of {options.positions}")
    llama.llama_set_causal_attn(context, False)
    return model, context


def fill(batch, options, n_vocab):
    batch.n_tokens = options.positions
    for i in range(options.positions):
        batch.token[i] = 300 + i if 300 + i < n_vocab else i % n_vocab
        batch.pos[i] = i
        batch.n_seq_id[i] = 1
        batch.seq_id[i][0] = 0
        batch.logits[i] = i >= options.positions - options.read


def check_logits(llama, context, options, n_vocab):
    logits = llama.llama_get_logits_ith(context, options.positions - 1)
    if not logits or not all(math.isfinite(logits[i]) for i in range(n_vocab)):
        sys.exit(f"{options.model}: llama.cpp's logits are not finite")


def main():
    parser = peer_worker.parser("Measures a forward pass of llama.cpp.")
    parser.add_argument("-m", "--model", required=True)
    parser.add_argument("--positions", type=int, default=128)
    parser.add_argument("--read", type=int, default=128)
    options = parser.parse_args()
    import llama_cpp as llama
    silent = llama.llama_log_callback(lambda level, text, user: None)
    llama.llama_log_set(silent, None)
    model, context = load(llama, options)
    n_vocab = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
    memory = llama.llama_get_memory(context)
    batch = llama.llama_batch_init(options.positions, 0, 1)
    fill(batch, options, n_vocab)

    def run():
        if memory:
            llama.llama_memory_clear(memory, False)
        status = llama.llama_decode(context, batch)
        if status != 0:
            sys.exit(f"llama_decode: status {status}")
        llama.llama_synchronize(context)

    samples = peer_worker.time_ms(run, options)
    check_logits(llama, context, options, n_vocab)
    note = f"llama-cpp-python {llama.__version__}"
    if not memory and options.read < options.positions:
        note += "; it computes all rows of logits: this architecture has no cache in llama.cpp"
    peer_worker.report(samples, note)


if __name__ == "__main__":
    main()
