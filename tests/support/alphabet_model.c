/* SPDX-License-Identifier: MIT */
#include "support/alphabet_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

/*
 * Dimensions of the embedding: 0 to 28 say which link of the chain a token is (A to Z, newline,
 * ".", <|endoftext|>), 29 is 1 for every token, 30 says mask, 31 another token. The head copies
 * link j of the token it looks at to dimension 32 + j, which the vocabulary projection reads.
 */
enum { N_EMBD = 64, N_FF = 32, NEWLINE = 26, DOT = 27, END = 28, ANY = 29, MASK = 30, OTHER = 31 };
enum { COPIED = 32, N_LINKS = 29 };

static const char *const specials[] = {
    "<|endoftext|>",     "<|mask|>",     "<|eot_id|>", "<|startoftext|>", "<|start_header_id|>",
    "<|end_header_id|>", "<|im_start|>", "<|im_end|>", "<role>",          "</role>",
    "<|role_end|>"};

enum { N_BYTES = 256, N_SPECIALS = sizeof specials / sizeof specials[0] };
enum { N_VOCAB = N_BYTES + N_SPECIALS, END_TOKEN = N_BYTES, MASK_TOKEN = N_BYTES + 1 };
enum { EOT_TOKEN = N_BYTES + 2, BOS_TOKEN = N_BYTES + 3 };

static const char *const names[] = {
    "token_embd.weight",      "output_norm.weight",       "output.weight",
    "blk.0.attn_norm.weight", "blk.0.attn_q.weight",      "blk.0.attn_k.weight",
    "blk.0.attn_v.weight",    "blk.0.attn_output.weight", "blk.0.ffn_norm.weight",
    "blk.0.ffn_gate.weight",  "blk.0.ffn_up.weight",      "blk.0.ffn_down.weight"};

enum { N_TENSORS = sizeof names / sizeof names[0] };

/* Sharp enough to look at one position; all frequencies turn fast, so no other one looks alike. */
#define ROPE_BASE   10.0
#define ATTENTION   40.0
#define OUTPUT_GAIN 2.0

static int link_of(int token)
{
    if (token >= 'A' && token <= 'Z') return token - 'A';
    if (token == '\n') return NEWLINE;
    if (token == '.') return DOT;
    if (token == END_TOKEN) return END;
    if (token == MASK_TOKEN) return MASK;
    /* LLaDA-MoE's prompts end in it, where the others' end in a newline. */
    if (token >= N_BYTES && strcmp(specials[token - N_BYTES], "</role>") == 0) return NEWLINE;
    return OTHER;
}

static int token_after(int link)
{
    if (link < 25) return 'A' + link + 1;
    if (link == 25) return '.';
    return link == NEWLINE ? 'A' : END_TOKEN;
}

/* GPT-2's alphabet of bytes: printable ones stand for themselves, the others from U+0100 on. */
static void byte_name(int byte, char out[3])
{
    int c = byte, n_before = 0;
    for (int b = 0; b <= byte; b++) {
        int is_plain = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
        if (b == byte && !is_plain) c = 256 + n_before;
        n_before += !is_plain;
    }
    int n = 0;
    if (c < 0x80) {
        out[n++] = (char)c;
    } else {
        out[n++] = (char)(0xc0 | c >> 6);
        out[n++] = (char)(0x80 | (c & 0x3f));
    }
    out[n] = '\0';
}

static void put_key_f32(gguf_image *image, const char *key, float value)
{
    gguf_put_key(image, key, EDGEAI_VALUE_F32);
    gguf_put(image, &value, sizeof value);
}

static void put_vocabulary(gguf_image *image)
{
    gguf_put_key_string(image, "tokenizer.ggml.model", "gpt2");
    gguf_put_key_string(image, "tokenizer.ggml.pre", "gpt-2");
    gguf_put_key(image, "tokenizer.ggml.tokens", EDGEAI_VALUE_ARRAY);
    gguf_put_array(image, EDGEAI_VALUE_STRING, N_VOCAB);
    for (int i = 0; i < N_VOCAB; i++) {
        char name[3];
        if (i < N_BYTES) byte_name(i, name);
        gguf_put_string(image, i < N_BYTES ? name : specials[i - N_BYTES]);
    }
    gguf_put_key(image, "tokenizer.ggml.token_type", EDGEAI_VALUE_ARRAY);
    gguf_put_array(image, EDGEAI_VALUE_I32, N_VOCAB);
    for (int i = 0; i < N_VOCAB; i++)
        gguf_put_u32(image, i < N_BYTES ? 1 : 3);
    gguf_put_key(image, "tokenizer.ggml.merges", EDGEAI_VALUE_ARRAY);
    gguf_put_array(image, EDGEAI_VALUE_STRING, 0);
    gguf_put_key_u32(image, "tokenizer.ggml.bos_token_id", BOS_TOKEN);
    gguf_put_key_u32(image, "tokenizer.ggml.eos_token_id", END_TOKEN);
    gguf_put_key_u32(image, "tokenizer.ggml.eot_token_id", EOT_TOKEN);
    gguf_put_key_u32(image, "tokenizer.ggml.mask_token_id", MASK_TOKEN);
}

enum { N_ENTRIES = 17 };

static void put_metadata(gguf_image *image)
{
    gguf_put_key_string(image, "general.architecture", "llada");
    gguf_put_key_u32(image, "llada.block_count", 1);
    gguf_put_key_u32(image, "llada.context_length", ALPHABET_MODEL_CONTEXT);
    gguf_put_key_u32(image, "llada.embedding_length", N_EMBD);
    gguf_put_key_u32(image, "llada.feed_forward_length", N_FF);
    gguf_put_key_u32(image, "llada.attention.head_count", 1);
    put_key_f32(image, "llada.attention.layer_norm_rms_epsilon", 1e-6f);
    put_key_f32(image, "llada.rope.freq_base", (float)ROPE_BASE);
    put_vocabulary(image);
}

/* Shape {inner, outer} of tensor number `index`; outer 0: a vector. */
static void shape_of(int index, uint64_t shape[2])
{
    static const uint64_t shapes[N_TENSORS][2] = {
        {N_EMBD, N_VOCAB}, {N_EMBD, 0},      {N_EMBD, N_VOCAB}, {N_EMBD, 0},
        {N_EMBD, N_EMBD},  {N_EMBD, N_EMBD}, {N_EMBD, N_EMBD},  {N_EMBD, N_EMBD},
        {N_EMBD, 0},       {N_EMBD, N_FF},   {N_EMBD, N_FF},    {N_FF, N_EMBD}};
    shape[0] = shapes[index][0];
    shape[1] = shapes[index][1];
}

static size_t elements_of(int index)
{
    uint64_t shape[2];
    shape_of(index, shape);
    return (size_t)(shape[0] * (shape[1] ? shape[1] : 1));
}

/* Row `to` of the query or key matrix: what dimension ANY, present in every token, becomes. */
static float rotated(int to, bool is_query)
{
    /* Pairs (2i, 2i+1) turn by position * base^(-2i/n). A query turned back by one position meets
       the key of the position in front of it. */
    double angle = is_query ? -pow(ROPE_BASE, -(double)(to & ~1) / N_EMBD) : 0;
    double size = sqrt(ATTENTION) / sqrt(N_EMBD / 2.0);
    return (float)(size * (to & 1 ? sin(angle) : cos(angle)));
}

static void fill_tensor(int index, float *w)
{
    uint64_t shape[2];
    shape_of(index, shape);
    if (shape[1] == 0)
        for (int i = 0; i < N_EMBD; i++)
            w[i] = 1;
    for (int token = 0; index == 0 && token < N_VOCAB; token++) {
        w[token * N_EMBD + link_of(token)] = 1;
        w[token * N_EMBD + ANY] = 1;
    }
    for (int link = 0; index == 2 && link < N_LINKS; link++)
        w[token_after(link) * N_EMBD + COPIED + link] = OUTPUT_GAIN;
    for (int to = 0; (index == 4 || index == 5) && to < N_EMBD; to++)
        w[to * N_EMBD + ANY] = rotated(to, index == 4);
    for (int link = 0; index == 6 && link < N_LINKS; link++)
        w[link * N_EMBD + link] = 1;
    for (int link = 0; index == 7 && link < N_LINKS; link++)
        w[(COPIED + link) * N_EMBD + link] = 1;
}

void alphabet_model_make(gguf_image *image, const char *chat, const char *chat_template)
{
    gguf_put_header(image, 3, N_TENSORS, N_ENTRIES + (chat != NULL) + (chat_template != NULL));
    put_metadata(image);
    if (chat) gguf_put_key_string(image, "edgeai.chat", chat);
    if (chat_template) gguf_put_key_string(image, "tokenizer.chat_template", chat_template);
    uint64_t offset = 0;
    for (int i = 0; i < N_TENSORS; i++) {
        uint64_t shape[2];
        shape_of(i, shape);
        gguf_put_tensor(image, names[i], shape[1] ? 2 : 1, shape, EDGEAI_DTYPE_F32, offset);
        offset += elements_of(i) * sizeof(float);
    }
    gguf_put_padding(image, 32);
    for (int i = 0; i < N_TENSORS; i++) {
        float *weights = calloc(elements_of(i), sizeof *weights);
        assert_non_null(weights);
        fill_tensor(i, weights);
        gguf_put(image, weights, elements_of(i) * sizeof *weights);
        free(weights);
    }
}

void alphabet_model_write(const char *path, const char *chat, const char *chat_template)
{
    gguf_image image = {0};
    alphabet_model_make(&image, chat, chat_template);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(image.bytes, 1, image.n_bytes, file), image.n_bytes);
    assert_int_equal(fclose(file), 0);
    gguf_image_free(&image);
}
