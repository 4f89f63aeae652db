/* SPDX-License-Identifier: MIT */
#ifndef EAI_DECODE_DECODING_H
#define EAI_DECODE_DECODING_H

/*
 * The state of a decoding and what its algorithms are made of: predict the masked positions of the
 * block, choose some of them, finish the pass. Everything is allocated when it is created.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/decode.h>

#include "base/arena.h"
#include "base/rng.h"
#include "decode/dico_clusters.h"
#include "decode/sampler.h"

/* The part of the row being decoded. */
typedef struct eai_block {
    size_t begin, end; /* positions in the row */
    size_t n_masks;    /* when it began */
    size_t n_masked;   /* now */
    size_t n_steps;    /* its share of the steps asked for, >= 1 */
} eai_block;

/* DiCo's working memory; offsets count from the start of the block. */
typedef struct eai_dico {
    double *confidences;  /* [block] by offset; -INFINITY where nothing is masked */
    double *scores;       /* [block] confidences under Soft-NMS */
    uint32_t *candidates; /* [block] candidate index by offset, where masked */
    bool *is_masked;      /* [block] by offset */
    size_t *seeds;        /* [block] offsets */
    eai_cluster *clusters;
    eai_cluster *grown; /* both [2 * block] */
    size_t *reported;   /* [2 * block] clusters for the step callback, positions in the row */
    size_t n_clusters;
} eai_dico;

/* KLASS's memory of the pass before; offsets count from the start of the block. */
typedef struct eai_klass {
    float *before;       /* [block, n_vocab] logits of the last pass, by candidate of then */
    double *now;         /* [block] log-sum-exp of this pass's, by candidate */
    double *normalizers; /* [block] their log-sum-exp */
    uint32_t *rows;      /* [block] by offset: the row in `before` */
    uint32_t *n_stable;  /* [block] by offset: passes in a row below the threshold */
} eai_klass;

struct edgeai_decoding {
    const edgeai_context *context;
    const edgeai_denoiser *denoiser;
    edgeai_decode_options options; /* defaults filled in; end_tokens is our copy */
    eai_arena arena;
    size_t n_tokens_max;
    size_t block_capacity; /* longest block */
    unsigned wanted;
    bool is_gumbel; /* tokens are sampled with Gumbel noise */

    /* The row of this run. */
    int32_t *row;
    size_t n_tokens;
    size_t n_masks;   /* at the start */
    size_t n_masked;  /* now */
    size_t fixed_end; /* one past the last token that was given; 0: none */
    size_t n_looks;   /* passes, guidance's second ones not counted */
    eai_rng rng;
    edgeai_decode_result result;
    int32_t *end_tokens;   /* [n_end_tokens] */
    int32_t *guidance_row; /* [n_tokens_max] */
    size_t n_guided;       /* leading positions of guidance_row that are masked */
    eai_block block;

    /* The current pass: candidates are the positions predicted, ascending. */
    size_t n_candidates;
    int32_t *positions;             /* [block] */
    edgeai_prediction *predictions; /* [block] */
    float *logits;                  /* [block, n_vocab]; NULL unless wanted */
    float *guidance_logits;         /* [block, n_vocab] */
    edgeai_prediction *unguided;    /* [block] of the pass without prompt; not read */
    bool *chosen;                   /* [block] by candidate */
    double *keys;                   /* [block] room for what candidates are ranked by */
    uint32_t *order;                /* [block] room for their ranking */
    int32_t *committed;             /* [block] positions of this pass */
    double *committed_confidences;  /* [block] */
    size_t n_committed;
    double pass_began_ms;

    eai_sampler *samplers; /* [threads of the context]; NULL where nothing is sampled or cut */
    uint64_t *seeds;       /* [block] of each candidate's own random numbers */
    eai_dico dico;
    eai_klass klass;
};

/* One of the algorithms. */
typedef struct eai_decoder_kind {
    const char *name;
    unsigned wanted;     /* besides the token and its confidence */
    size_t block_tokens; /* as published; SIZE_MAX: the whole row */
    edgeai_status (*decode_block)(edgeai_decoding *decoding);
} eai_decoder_kind;

/* `decoder` must be one. */
const eai_decoder_kind *eai_decoder_kind_of(edgeai_decoder decoder);

/* Checks `given` (NULL: all defaults) and fills in the defaults. */
edgeai_status eai_decode_options_resolve(edgeai_decode_options *own,
                                         const edgeai_decode_options *given);

/* What resolved options make the denoiser say: logits rows only for what cannot do without. */
unsigned eai_decode_options_wanted(const edgeai_decode_options *options);

/* The four decoders of Dream. */
bool eai_decoder_is_dream(edgeai_decoder decoder);

/* All masked positions of the block become the candidates; none is chosen. */
void eai_pass_gather(edgeai_decoding *decoding);

/* Only the chosen stay candidates, and stay chosen: for who chooses before predicting. */
void eai_pass_narrow(edgeai_decoding *decoding);

/* Predicts the candidates (at least one), with guidance and Gumbel noise as the options say. */
edgeai_status eai_pass_predict(edgeai_decoding *decoding);

/* Candidate number `candidate` will be committed. */
static inline void eai_pass_choose(edgeai_decoding *decoding, size_t candidate)
{
    decoding->chosen[candidate] = true;
}

/* The chosen tokens go into the row. */
void eai_pass_commit(edgeai_decoding *decoding);

/* Counts the pass and calls the step callback; EDGEAI_E_CANCELLED when it says so. */
edgeai_status eai_pass_report(edgeai_decoding *decoding, edgeai_phase phase);

/* Commits the n candidates with the largest keys. `keys` holds no NaN. */
void eai_pass_choose_largest(edgeai_decoding *decoding, const double *keys, size_t n);

/*
 * Runs task(decoding, candidate, slot) for every candidate on the context's threads: for work on
 * rows of logits. What it draws comes from the candidate's seed, so that the number of threads and
 * their order change nothing.
 */
typedef void (*eai_row_task)(edgeai_decoding *decoding, size_t candidate, size_t slot);
void eai_pass_for_each_row(edgeai_decoding *decoding, eai_row_task task);

/* The candidate's row of logits, [n_vocab]. */
static inline float *eai_pass_row(const edgeai_decoding *decoding, size_t candidate)
{
    return decoding->logits + candidate * (size_t)decoding->denoiser->n_vocab;
}

/* The candidate with the largest confidence. */
size_t eai_pass_most_confident(const edgeai_decoding *decoding);

/* decoding->keys = the candidates' confidences. */
void eai_pass_key_by_confidence(edgeai_decoding *decoding);

/*
 * The factor rule: whether rank n (from 1, most confident first) of this doubt is still accepted,
 * about (n + 1) * doubt < factor. As Fast-dLLM's and DiCo's codes have it:
 * int(factor / (1 - c + 1e-6) - 1) >= n.
 */
bool eai_factor_accepts(double doubt, double factor, size_t n);

/* Passes until the block is full, each committing what `choose` chooses: at least one. */
typedef void (*eai_choose)(edgeai_decoding *decoding, size_t pass);
edgeai_status eai_decode_passes(edgeai_decoding *decoding, eai_choose choose);

/* The algorithms: each decodes the current block to its end. */
edgeai_status eai_decode_dico(edgeai_decoding *decoding);
edgeai_status eai_decode_low_confidence(edgeai_decoding *decoding);
edgeai_status eai_decode_random(edgeai_decoding *decoding);
edgeai_status eai_decode_dream(edgeai_decoding *decoding);
edgeai_status eai_decode_threshold(edgeai_decoding *decoding);
edgeai_status eai_decode_factor(edgeai_decoding *decoding);
edgeai_status eai_decode_entropy_bound(edgeai_decoding *decoding);
edgeai_status eai_decode_klass(edgeai_decoding *decoding);

#endif
