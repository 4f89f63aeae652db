/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_DECODE_SETTINGS_H
#define TOOLS_COMMON_DECODE_SETTINGS_H

/* The options of decoding, which every program that generates has, and what they set. */

#include <cjson/cJSON.h>

#include <edgeai/generate.h>

#include "common/options.h"

typedef struct decode_settings {
    int64_t n_tokens, n_row_max, n_block, n_steps, seed;
    int chat, weights, activations;
    bool no_early_stop, regular_seeds, linear_guidance, no_guidance, safe_divide;
    edgeai_decode_options decode; /* what the table sets in it directly */
} decode_settings;

/* Choices of options, in the order of the library's enumerations, NULL at the end. */
extern const char *const decode_settings_chats[];
extern const char *const decode_settings_caches[];
extern const char *const decode_settings_decoders[];
extern const char *const decode_settings_weights[];
extern const char *const decode_settings_activations[];

/* Everything but decoder and cache: their number differs between programs. */
void decode_settings_apply(const decode_settings *self, edgeai_generate_options *options);

/* The settings as members of a JSON object. */
void decode_settings_json(const edgeai_generate_options *options, cJSON *object);

/* Where 0 would mean "as published", the least value is this instead: so near that it is 0. */
#define DECODE_SETTINGS_TINY 1e-9

/* clang-format off */
#define DECODE_SETTINGS_LOADING(s)                                                                 \
    {OPTION_CHOICE, "weights", .target = &(s).weights, .argument = "NAME", .preset = "auto",       \
     .choices = decode_settings_weights,                                                           \
     .help = "How weights are kept: mapped from the file, packed for the kernels, or auto: "       \
             "packed when that fits in half of the free memory."},                                 \
    {OPTION_CHOICE, "activations", .target = &(s).activations, .argument = "NAME",                 \
     .preset = "auto", .choices = decode_settings_activations,                                     \
     .help = "What quantized weights are multiplied with: auto: integers of 8 bits; f32: "         \
             "float32, which is slower."}

#define DECODE_SETTINGS_LENGTH(s)                                                                  \
    {OPTION_INTEGER, "n-tokens", 'n', &(s).n_tokens, .min = 0, .max = 1 << 20, .argument = "N",    \
     .preset = "0", .shown = "128, or what fits", .help = "Tokens to generate at most."},          \
    {OPTION_INTEGER, "context", .target = &(s).n_row_max, .min = 0, .max = 1 << 24,                \
     .argument = "N", .preset = "0", .shown = "the model's",                         \
     .help = "Longest row of prompt and answer together."},                                        \
    {OPTION_FLAG, "no-early-stop", .target = &(s).no_early_stop,                                   \
     .help = "Decode all tokens even behind an end-of-text."}

#define DECODE_SETTINGS_SAMPLING(s)                                                                \
    {OPTION_GROUP, .help = "Decoding"},                                                            \
    {OPTION_INTEGER, "block", .target = &(s).n_block, .min = 0, .max = 1 << 24, .argument = "N",   \
     .preset = "0", .shown = "as published: dico 128, LLaDA's and Fast-dLLM's 32, Dream's whole",  \
     .help = "Positions decoded together, left to right block by block."},                         \
    {OPTION_INTEGER, "steps", .target = &(s).n_steps, .min = 0, .max = 1 << 20, .argument = "N",   \
     .preset = "0", .shown = "one a token",                                                        \
     .help = "Steps of low-confidence, random and Dream's decoders."},                             \
    {OPTION_REAL, "temp", .target = &(s).decode.temperature, .min = 0, .max = 100,                 \
     .argument = "X", .preset = "0", .help = "Temperature; 0: always the most likely token."},     \
    {OPTION_REAL, "top-p", .target = &(s).decode.top_p, .min = DECODE_SETTINGS_TINY, .max = 1,     \
     .argument = "X", .preset = "1", .help = "Dream's: sample within this much probability."},     \
    {OPTION_INT, "top-k", .target = &(s).decode.top_k, .min = 0, .max = 1 << 30, .argument = "N",  \
     .preset = "0", .help = "Dream's: sample among this many tokens; 0: all."},                    \
    {OPTION_INTEGER, "seed", .target = &(s).seed, .min = 0, .max = 9007199254740991.0,             \
     .argument = "N", .preset = "0", .help = "Seed of every random choice."},                      \
    {OPTION_REAL, "cfg", .target = &(s).decode.guidance_scale, .min = 0, .max = 100,               \
     .argument = "X", .preset = "0",                                                               \
     .help = "Classifier-free guidance by a second pass without the prompt; needs cache none."},   \
    {OPTION_REAL, "threshold", .target = &(s).decode.threshold, .min = DECODE_SETTINGS_TINY,       \
     .max = 1, .argument = "X", .preset = "0.9",                                                   \
     .help = "threshold, klass: least confidence to commit."},                                     \
    {OPTION_REAL, "factor", .target = &(s).decode.factor, .min = DECODE_SETTINGS_TINY,             \
     .max = 1e6, .argument = "X", .preset = "1",                                                   \
     .help = "factor: commits n tokens while (n+1)(1-confidence) is below this."},                 \
    {OPTION_REAL, "entropy-bound", .target = &(s).decode.entropy_bound,                            \
     .min = DECODE_SETTINGS_TINY, .max = 1e6, .argument = "X", .preset = "0.1",                    \
     .help = "entropy-bound: the bound gamma, in nats."},                                          \
    {OPTION_REAL, "kl-threshold", .target = &(s).decode.kl_threshold,                              \
     .min = DECODE_SETTINGS_TINY, .max = 1e6, .argument = "X", .preset = "0.01",                   \
     .help = "klass: largest divergence between passes that counts as stable."},                   \
    {OPTION_INT, "kl-history", .target = &(s).decode.kl_history, .min = 1, .max = 1000,            \
     .argument = "N", .preset = "2", .help = "klass: passes a position must be stable."},          \
    {OPTION_REAL, "eps", .target = &(s).decode.eps, .min = DECODE_SETTINGS_TINY, .max = 1,         \
     .argument = "X", .preset = "0.001", .help = "Dream's: where the time schedule ends."},        \
    {OPTION_REAL, "alg-temp", .target = &(s).decode.alg_temperature, .min = 0, .max = 1e6,         \
     .argument = "X", .preset = "0",                                                               \
     .help = "Dream's: above 0, positions are drawn at random by confidence."}

#define DECODE_SETTINGS_DICO(s)                                                                    \
    {OPTION_GROUP, .help = "DiCo"},                                                                \
    {OPTION_INT, "dico-seeds", .target = &(s).decode.dico.n_seeds, .min = 1, .max = 1 << 20,       \
     .argument = "N", .preset = "4", .help = "Most seeds of a Divide pass."},                      \
    {OPTION_REAL, "dico-seed-threshold", .target = &(s).decode.dico.seed_threshold,                \
     .min = DECODE_SETTINGS_TINY, .max = 1, .argument = "X", .preset = "0.3",                      \
     .help = "Least weighted confidence of a seed and of a cluster's growth."},                    \
    {OPTION_INT, "dico-tolerance", .target = &(s).decode.dico.tolerance, .min = 0,                 \
     .max = 1 << 20, .argument = "N", .preset = "2",                                               \
     .help = "Weak positions in a row that a growing cluster steps over."},                        \
    {OPTION_INT, "dico-divide-passes", .target = &(s).decode.dico.n_divide_passes, .min = 1,       \
     .max = 1 << 20, .argument = "N", .preset = "10", .help = "Most passes of one Divide."},       \
    {OPTION_FLAG, "dico-regular-seeds", .target = &(s).regular_seeds,                              \
     .help = "Seeds by equal segments in place of Soft-NMS."},                                     \
    {OPTION_REAL, "dico-alpha", .target = &(s).decode.dico.guidance_alpha,                         \
     .min = DECODE_SETTINGS_TINY, .max = 1e6, .argument = "X", .preset = "0.5",                    \
     .help = "Trajectory guidance: slope of the last position's weight."},                         \
    {OPTION_REAL, "dico-beta", .target = &(s).decode.dico.guidance_beta,                           \
     .min = DECODE_SETTINGS_TINY, .max = 1e6, .argument = "X", .preset = "0.05",                   \
     .help = "Trajectory guidance: the last position's weight at the start."},                     \
    {OPTION_REAL, "dico-max-weight", .target = &(s).decode.dico.guidance_max,                      \
     .min = DECODE_SETTINGS_TINY, .max = 1e6, .argument = "X", .preset = "1",                      \
     .help = "Trajectory guidance: the first masked position's weight."},                          \
    {OPTION_FLAG, "dico-linear-guidance", .target = &(s).linear_guidance,                          \
     .help = "Weights on a straight line in place of the exponential."},                           \
    {OPTION_FLAG, "dico-no-guidance", .target = &(s).no_guidance,                                  \
     .help = "Trajectory guidance off."},                                                          \
    {OPTION_REAL, "dico-factor", .target = &(s).decode.dico.conquer_factor,                        \
     .min = DECODE_SETTINGS_TINY, .max = 1e6, .argument = "X", .preset = "1",                      \
     .help = "Conquer: the right side of (n+1)(1-confidence) < f."},                               \
    {OPTION_REAL, "dico-fixed", .target = &(s).decode.dico.conquer_fixed, .min = 0, .max = 1,      \
     .argument = "X", .preset = "0",                                                               \
     .help = "Conquer: commit above this confidence in place of the factor rule; 0: off."},        \
    {OPTION_REAL, "dico-low-threshold", .target = &(s).decode.dico.low_threshold,                  \
     .min = DECODE_SETTINGS_TINY, .max = 1, .argument = "X", .preset = "0.6",                      \
     .help = "Density that ends Divide, border of clusters, and floor of the fallback."},          \
    {OPTION_REAL, "dico-safe", .target = &(s).decode.dico.safe_confidence,                         \
     .min = DECODE_SETTINGS_TINY, .max = 1, .argument = "X", .preset = "0.98",                     \
     .help = "Confidence that is always safe to commit."},                                         \
    {OPTION_REAL, "dico-advance", .target = &(s).decode.dico.advance_ratio,                        \
     .min = DECODE_SETTINGS_TINY, .max = 1e6, .argument = "X", .preset = "0.1",                    \
     .help = "Relative growth of a cluster that counts as advancement."},                          \
    {OPTION_INT, "dico-idle-passes", .target = &(s).decode.dico.n_idle_passes, .min = 1,           \
     .max = 1 << 20, .argument = "N", .preset = "2",                                               \
     .help = "Passes without advancement that end Divide."},                                       \
    {OPTION_REAL, "dico-finalize-ratio", .target = &(s).decode.dico.finalize_ratio,                \
     .min = DECODE_SETTINGS_TINY, .max = 1, .argument = "X", .preset = "0.8",                      \
     .help = "Decoded share of the block that starts Finalize."},                                  \
    {OPTION_REAL, "dico-margin", .target = &(s).decode.dico.margin_threshold,                      \
     .min = DECODE_SETTINGS_TINY, .max = 1e6, .argument = "X", .preset = "3",                      \
     .help = "Finalize: logit margin that is accepted."},                                          \
    {OPTION_INT, "dico-fallback", .target = &(s).decode.dico.n_fallback, .min = 1,                 \
     .max = 1 << 20, .argument = "N", .preset = "1",                                               \
     .help = "Finalize: positions committed when none is accepted."},                              \
    {OPTION_FLAG, "dico-safe-divide", .target = &(s).safe_divide,                                  \
     .help = "Divide also commits all that is safe (not in the published algorithm)."}
/* clang-format on */

#endif
