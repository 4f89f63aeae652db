/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_UPGRADE_H
#define EAI_GRAPH_UPGRADE_H

/*
 * Older operator forms, rewritten until they mean the same at opset 25. A draft is a node that is
 * not yet in the graph: upgrades change it, and put helper nodes and constants beside it.
 *
 * Source of what changed when: ONNX's Changelog.md of operators.
 */

#include "graph/ir.h"

/* Room that upgrades may use beyond what the file has, of each list. */
enum { EAI_DRAFT_SPARE = 8 };

typedef struct eai_draft {
    eai_ir *ir;
    int opset;           /* of the file */
    const char *op_type; /* a string for good */
    const char *name;
    size_t n_inputs, n_outputs, n_attributes;
    int32_t *inputs, *outputs;
    eai_attribute *attributes;
    bool is_done; /* nothing is left to be made of the draft */
} eai_draft;

/* Applies all upgrades; afterwards it has the newest form. */
edgeai_status eai_upgrade(eai_draft *draft);

/* Puts the draft into the graph. */
edgeai_status eai_draft_finish(const eai_draft *draft);

/* `Clip "c1" (opset 9): ...` behind the file's name. */
edgeai_status eai_draft_fail(const eai_draft *draft, edgeai_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Attributes: the one of this name, or NULL; taking it out; adding one. */
const eai_attribute *eai_draft_attribute(const eai_draft *draft, const char *name);
void eai_draft_remove(eai_draft *draft, const char *name);
int64_t eai_draft_int(const eai_draft *draft, const char *name, int64_t otherwise);
void eai_draft_set_int(eai_draft *draft, const char *name, int64_t i);
void eai_draft_set_string(eai_draft *draft, const char *name, const char *s);

/* Whether input `index` is there; setting it, left out ones in front of it if need be. */
bool eai_draft_has_input(const eai_draft *draft, size_t index);
void eai_draft_set_input(eai_draft *draft, size_t index, int32_t value);

/* New constants: int64 [n] (n_dims 1) or a scalar (n_dims 0); floats of the type that value `like`
 * has if that is known, else float32. */
edgeai_status eai_draft_ints(eai_draft *draft, const int64_t *ints, size_t n, int n_dims,
                             int32_t *out);
edgeai_status eai_draft_floats(eai_draft *draft, int32_t like, const float *floats, size_t n,
                               int n_dims, int32_t *out);

/* A helper node `suffix` with up to three inputs (EAI_IR_NONE: fewer), one output and at most one
 * integer attribute (NULL: none). */
edgeai_status eai_draft_helper(eai_draft *draft, const char *op_type, const char *suffix,
                               const int32_t inputs[3], const char *attribute, int64_t i,
                               int32_t *out);
/* The same with an output that is there already. */
edgeai_status eai_draft_helper_into(eai_draft *draft, const char *op_type, const char *suffix,
                                    const int32_t inputs[3], const char *attribute, int64_t i,
                                    int32_t out);

/* A new value of unknown type and shape. */
edgeai_status eai_draft_value(eai_draft *draft, int32_t *out);

/* Dimensions of a value, -1: unknown. */
int eai_draft_rank(const eai_draft *draft, int32_t value);

/* The upgrades, by topic. Each is called where its row of the table in upgrade.c says so. */
edgeai_status eai_upgrade_broadcast(eai_draft *draft);     /* upgrade_broadcast.c */
edgeai_status eai_upgrade_prelu(eai_draft *draft);         /* " */
edgeai_status eai_upgrade_axes(eai_draft *draft);          /* upgrade_inputs.c */
edgeai_status eai_upgrade_clip(eai_draft *draft);          /* " */
edgeai_status eai_upgrade_slice(eai_draft *draft);         /* " */
edgeai_status eai_upgrade_split(eai_draft *draft);         /* " */
edgeai_status eai_upgrade_pad(eai_draft *draft);           /* " */
edgeai_status eai_upgrade_topk(eai_draft *draft);          /* " */
edgeai_status eai_upgrade_softmax(eai_draft *draft);       /* upgrade_softmax.c */
edgeai_status eai_upgrade_normalization(eai_draft *draft); /* upgrade_training.c */
edgeai_status eai_upgrade_dropout(eai_draft *draft);       /* " */
edgeai_status eai_upgrade_upsample(eai_draft *draft);      /* upgrade_resize.c */
edgeai_status eai_upgrade_resize(eai_draft *draft);        /* " */
edgeai_status eai_upgrade_cast(eai_draft *draft);          /* upgrade_names.c */
edgeai_status eai_upgrade_gemm(eai_draft *draft);          /* " */
edgeai_status eai_upgrade_roi_align(eai_draft *draft);     /* " */
edgeai_status eai_upgrade_grid_sample(eai_draft *draft);   /* " */
edgeai_status eai_upgrade_scatter(eai_draft *draft);       /* " */
edgeai_status eai_upgrade_group_norm(eai_draft *draft);    /* upgrade_group_norm.c */

#endif
