/* SPDX-License-Identifier: MIT */
/* The decoders' table: names, what they read, published block lengths. */
#include "decode/decoding.h"

#include <string.h>

#include "base/fail.h"

#define WHOLE SIZE_MAX

static const eai_decoder_kind KINDS[EDGEAI_N_DECODERS] = {
    [EDGEAI_DECODER_DICO] = {"dico", EDGEAI_WANT_MARGIN, 128, eai_decode_dico},
    [EDGEAI_DECODER_LOW_CONFIDENCE] = {"low-confidence", 0, 32, eai_decode_low_confidence},
    [EDGEAI_DECODER_RANDOM] = {"random", 0, 32, eai_decode_random},
    [EDGEAI_DECODER_ORIGIN] = {"origin", 0, WHOLE, eai_decode_dream},
    [EDGEAI_DECODER_MASKGIT_PLUS] = {"maskgit-plus", 0, WHOLE, eai_decode_dream},
    [EDGEAI_DECODER_TOPK_MARGIN] = {"topk-margin", EDGEAI_WANT_MARGIN, WHOLE, eai_decode_dream},
    [EDGEAI_DECODER_ENTROPY] = {"entropy", EDGEAI_WANT_ENTROPY, WHOLE, eai_decode_dream},
    [EDGEAI_DECODER_THRESHOLD] = {"threshold", 0, 32, eai_decode_threshold},
    [EDGEAI_DECODER_FACTOR] = {"factor", 0, 32, eai_decode_factor},
    [EDGEAI_DECODER_ENTROPY_BOUND] = {"entropy-bound", EDGEAI_WANT_ENTROPY, 32,
                                      eai_decode_entropy_bound},
    [EDGEAI_DECODER_KLASS] = {"klass", EDGEAI_WANT_LOGITS, 32, eai_decode_klass},
};

const char *edgeai_decoder_name(edgeai_decoder decoder)
{
    bool is_known = (int)decoder >= 0 && (int)decoder < EDGEAI_N_DECODERS;
    return is_known ? KINDS[decoder].name : "?";
}

edgeai_status edgeai_decoder_from_name(const char *name, edgeai_decoder *decoder)
{
    if (!name || !decoder) return eai_fail(EDGEAI_E_INVALID, "decoder: name or result is NULL");
    char names[256] = "";
    for (int i = 0; i < EDGEAI_N_DECODERS; i++) {
        if (strcmp(name, KINDS[i].name) == 0) {
            *decoder = (edgeai_decoder)i;
            return EDGEAI_OK;
        }
        if (i > 0) strcat(names, ", ");
        strcat(names, KINDS[i].name);
    }
    return eai_fail(EDGEAI_E_NOT_FOUND, "decoder \"%.40s\": expected one of %s", name, names);
}

const eai_decoder_kind *eai_decoder_kind_of(edgeai_decoder decoder)
{
    return &KINDS[decoder];
}

bool eai_decoder_is_dream(edgeai_decoder decoder)
{
    return eai_decoder_kind_of(decoder)->decode_block == eai_decode_dream;
}
