/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_LABELS_H
#define EAI_SPACE_LABELS_H

/* Names of things as people and detectors write them, and which of them mean the same. */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/spatial_prompt.h>

#include "space/map_content.h"

/* One form for "The Trash-Bins", "a trash bin" and "trash_bin(s)": lower case, one blank between
 * words, no article, the last word in the singular, no marks around. Longer names are cut. */
void eai_label_normalize(const char *name, size_t n, char out[EDGEAI_LABEL_BYTES]);

/* How well a map's label fits a name that is asked for; both normalized. */
typedef enum eai_label_fit {
    EAI_FIT_NONE = 0,
    EAI_FIT_HEAD, /* one is the other's last noun: "sink" and "bathroom sink" */
    EAI_FIT_FULL  /* the same, or aliases */
} eai_label_fit;

/* NULL: the list that is built in. */
eai_label_fit eai_label_fits(const edgeai_aliases *aliases, const char *label, const char *name);

/* The number of the group that a normalized name is in; -1: none. aliases.c */
int eai_aliases_group(const edgeai_aliases *aliases, const char *name);

/* Instances of one name that are looked at; of more, the most certain. */
enum { EAI_INSTANCES_MAX = 64 };

/* Objects that a name means: those that fit in full, or else by their head. */
typedef struct eai_instances {
    eai_label_fit fit;
    size_t n_all;                    /* in the map */
    int n;                           /* in `index`, at most EAI_INSTANCES_MAX */
    size_t index[EAI_INSTANCES_MAX]; /* in content->objects, by falling confidence, then by id */
} eai_instances;

/* `name` need not be normalized. */
void eai_find_instances(eai_instances *found, const eai_map_content *content,
                        const edgeai_aliases *aliases, const char *name);

#endif
