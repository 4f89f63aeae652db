# SPDX-License-Identifier: MIT
"""Writes a checkpoint as GGUF: python3 export.py --run RUN --out edgeai-nano-f16.gguf

Matrices are F16, norms F32, as llama.cpp's converter writes them. The embedding is also the read-out (no output.weight).
"""
import argparse
import json
import os

import gguf
import numpy as np

from evaluate import load_model
from tokenizer import BOS, EOS, MASK


def add_metadata(writer, shape):
    writer.add_name("edgeai-nano")
    writer.add_description("Masked diffusion model: spoken instruction to a robot in, JSON plan out")
    writer.add_license("mit")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.hidden)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_causal_attention(False)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_rope_dimension_count(shape.hidden // shape.heads)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_bool("diffusion.shift_logits", False)
    writer.add_string("edgeai.chat", "plain")  # the prompt is the message and a newline


def add_vocabulary(writer, path):
    with open(path) as file:
        model = json.load(file)["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    control = {BOS, EOS, MASK}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL if i in control else gguf.TokenType.NORMAL for i in range(len(tokens))])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_pad_token_id(EOS)
    writer.add_mask_token_id(MASK)
    writer.add_add_bos_token(True)
    return len(tokens)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--run", required=True)
    options.add_argument("--out", required=True)
    options.add_argument("--last", action="store_true", help="the last weights instead of their moving average")
    args = options.parse_args()
    model = load_model(os.path.join(args.run, "checkpoint.pt"), averaged=not args.last)
    writer = gguf.GGUFWriter(args.out + ".part", "llada")
    add_metadata(writer, model.shape)
    assert add_vocabulary(writer, os.path.join(args.run, "tokenizer.json")) == model.shape.vocabulary
    for name, value in model.state_dict().items():
        writer.add_tensor(name, value.numpy().astype(np.float16 if value.dim() == 2 else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(args.out + ".part", args.out)


if __name__ == "__main__":
    main()
