/* SPDX-License-Identifier: MIT */
#include "lm/bpe.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "lm/byte_map.h"

#define MERGES_KEY "tokenizer.ggml.merges"

/* As for the strings of a vocabulary: pairs chosen to collide are refused. */
#define PROBES_MAX 512

/* A symbol of the piece; its index is the offset of its first byte. */
typedef struct eai_bpe_node {
    int32_t symbol; /* -1: joined to the node before */
    int32_t n_bytes;
    int32_t previous, next; /* -1: none */
} eai_bpe_node;

/* The slot of this pair, or the free one where it belongs; n_slots when probing went too far. */
static size_t find_slot(const eai_bpe *bpe, int32_t left, int32_t right)
{
    uint64_t hash = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
    size_t mask = bpe->n_slots - 1;
    size_t slot = (size_t)(hash ^ hash >> 33) & mask;
    for (int probe = 0; probe < PROBES_MAX; probe++) {
        const eai_merge *merge = &bpe->merges[slot];
        if (merge->left == -1 || (merge->left == left && merge->right == right)) return slot;
        slot = (slot + 1) & mask;
    }
    return bpe->n_slots;
}

/* NULL when these two do not merge. */
static const eai_merge *find_merge(const eai_bpe *bpe, int32_t left, int32_t right)
{
    size_t slot = find_slot(bpe, left, right);
    if (slot == bpe->n_slots || bpe->merges[slot].left == -1) return NULL;
    return &bpe->merges[slot];
}

/* The separating space: not the first byte, because a part may begin with one. */
static size_t find_separator(edgeai_string merge)
{
    if (merge.n_bytes < 3) return 0;
    const char *space = memchr(merge.bytes + 1, ' ', merge.n_bytes - 2);
    return space ? (size_t)(space - merge.bytes) : 0;
}

static edgeai_status add_merge(eai_bpe *bpe, eai_symbols *symbols, eai_text *joined,
                               edgeai_string text, uint32_t rank)
{
    eai_merge merge = {.rank = rank};
    size_t split = find_separator(text);
    if (split == 0) {
        char shown[64];
        return eai_fail(EDGEAI_E_FORMAT, "expected two parts with a space between, found '%s'",
                        eai_printable(text.bytes, text.n_bytes, shown, sizeof(shown)));
    }
    const char *right = text.bytes + split + 1;
    size_t right_bytes = text.n_bytes - split - 1;
    EAI_TRY(eai_symbols_add(symbols, text.bytes, split, &merge.left));
    EAI_TRY(eai_symbols_add(symbols, right, right_bytes, &merge.right));
    eai_text_clear(joined);
    if (!eai_text_append(joined, text.bytes, split) || !eai_text_append(joined, right, right_bytes))
        return EDGEAI_E_MEMORY;
    EAI_TRY(eai_symbols_add(symbols, joined->bytes, joined->n, &merge.result));
    size_t slot = find_slot(bpe, merge.left, merge.right);
    if (slot == bpe->n_slots)
        return eai_fail(EDGEAI_E_FORMAT, "more than %d merges with the same hash", PROBES_MAX);
    if (bpe->merges[slot].left == -1) bpe->merges[slot] = merge; /* else the first one counts */
    return EDGEAI_OK;
}

static edgeai_status fill(eai_bpe *bpe, eai_symbols *symbols, const edgeai_string *merges,
                          size_t n_merges)
{
    for (int byte = 0; byte < 256; byte++) {
        unsigned char symbol[4];
        int n = eai_utf8_encode(eai_byte_to_code_point((unsigned char)byte), symbol);
        EAI_TRY(eai_symbols_add(symbols, (char *)symbol, (size_t)n, &bpe->byte_symbol[byte]));
    }
    eai_text joined = {.allocator = bpe->allocator};
    edgeai_status status = EDGEAI_OK;
    for (size_t i = 0; i < n_merges && status == EDGEAI_OK; i++) {
        status = add_merge(bpe, symbols, &joined, merges[i], (uint32_t)i);
        if (status == EDGEAI_E_LIMIT) status = EDGEAI_E_FORMAT;
        if (status != EDGEAI_OK) eai_fail_within(status, MERGES_KEY "[%zu]", i);
    }
    eai_text_free(&joined);
    return status;
}

edgeai_status eai_bpe_create(eai_bpe *bpe, eai_vocabulary *vocabulary, const edgeai_string *merges,
                             size_t n_merges)
{
    *bpe = (eai_bpe){.allocator = vocabulary->allocator};
    if (n_merges > INT32_MAX / 4)
        return eai_fail(EDGEAI_E_FORMAT, MERGES_KEY ": expected at most %d, found %zu",
                        INT32_MAX / 4, n_merges);
    size_t n_slots = 64;
    while (n_slots < n_merges + n_merges / 2)
        n_slots *= 2;
    bpe->merges = eai_allocate_array(bpe->allocator, n_slots, sizeof(*bpe->merges), "merges");
    if (!bpe->merges) return EDGEAI_E_MEMORY;
    bpe->n_slots = n_slots;
    for (size_t i = 0; i < n_slots; i++)
        bpe->merges[i].left = -1;
    edgeai_status status = fill(bpe, &vocabulary->symbols, merges, n_merges);
    if (status != EDGEAI_OK) eai_bpe_free(bpe);
    return status;
}

void eai_bpe_free(eai_bpe *bpe)
{
    if (!bpe->allocator) return;
    eai_release(bpe->allocator, bpe->merges, bpe->n_slots * sizeof(*bpe->merges));
    *bpe = (eai_bpe){0};
}

void eai_bpe_work_free(eai_bpe_work *work)
{
    eai_release(work->allocator, work->nodes, work->capacity * sizeof(*work->nodes));
    eai_release(work->allocator, work->heap, 2 * work->capacity * sizeof(*work->heap));
    work->nodes = NULL;
    work->heap = NULL;
    work->capacity = 0;
}

static edgeai_status reserve(eai_bpe_work *work, size_t n)
{
    if (n <= work->capacity) return EDGEAI_OK;
    size_t capacity = 64;
    while (capacity < n)
        capacity *= 2;
    eai_bpe_work_free(work);
    work->capacity = capacity;
    work->nodes = eai_allocate_array(work->allocator, capacity, sizeof(*work->nodes), "piece");
    if (work->nodes)
        work->heap =
            eai_allocate_array(work->allocator, 2 * capacity, sizeof(*work->heap), "piece");
    return work->heap ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

/* Proposes joining `left` to the node after it. */
static void propose(const eai_bpe *bpe, eai_bpe_work *work, size_t *n_heap, int32_t left)
{
    const eai_bpe_node *node = &work->nodes[left];
    if (node->next < 0) return;
    const eai_bpe_node *next = &work->nodes[node->next];
    const eai_merge *merge = find_merge(bpe, node->symbol, next->symbol);
    if (merge)
        eai_heap_push(work->heap, n_heap, (uint64_t)merge->rank << 32 | (uint32_t)left,
                      (uint32_t)(node->n_bytes + next->n_bytes));
}

/* Joins pairs until none merges. The heap holds at most n - 1 proposals plus one for each join. */
static void join_all(const eai_bpe *bpe, eai_bpe_work *work, size_t n)
{
    eai_bpe_node *nodes = work->nodes;
    size_t n_heap = 0;
    for (size_t i = 0; i + 1 < n; i++)
        propose(bpe, work, &n_heap, (int32_t)i);
    while (n_heap > 0) {
        eai_heap_entry best = eai_heap_pop(work->heap, &n_heap);
        eai_bpe_node *node = &nodes[(uint32_t)best.key];
        if (node->symbol < 0 || node->next < 0) continue;
        eai_bpe_node *next = &nodes[node->next];
        /* The same bytes in two nodes are the same two: borders vanish, none appears. */
        if ((uint32_t)(node->n_bytes + next->n_bytes) != best.value) continue;
        node->symbol = find_merge(bpe, node->symbol, next->symbol)->result;
        node->n_bytes += next->n_bytes;
        next->symbol = -1;
        node->next = next->next;
        if (node->next >= 0) nodes[node->next].previous = (int32_t)(uint32_t)best.key;
        propose(bpe, work, &n_heap, (int32_t)(uint32_t)best.key);
        if (node->previous >= 0) propose(bpe, work, &n_heap, node->previous);
    }
}

edgeai_status eai_bpe_encode(const eai_bpe *bpe, const eai_vocabulary *vocabulary,
                             eai_bpe_work *work, const char *piece, size_t n,
                             eai_token_list *tokens)
{
    EAI_TRY(reserve(work, n));
    const unsigned char *bytes = (const unsigned char *)piece;
    for (size_t i = 0; i < n; i++)
        work->nodes[i] = (eai_bpe_node){bpe->byte_symbol[bytes[i]], 1, (int32_t)i - 1,
                                        i + 1 < n ? (int32_t)i + 1 : -1};
    join_all(bpe, work, n);
    for (int32_t i = 0; i >= 0 && (size_t)i < n; i = work->nodes[i].next) {
        const eai_bpe_node *node = &work->nodes[i];
        if (node->symbol < vocabulary->n_tokens &&
            vocabulary->types[node->symbol] == EDGEAI_TOKEN_NORMAL) {
            eai_token_list_push(tokens, node->symbol);
            continue;
        }
        for (int32_t k = i; k < i + node->n_bytes; k++) {
            int32_t token = vocabulary->byte_token[bytes[k]];
            if (token >= 0) eai_token_list_push(tokens, token);
        }
    }
    return EDGEAI_OK;
}
