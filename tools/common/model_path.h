/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_MODEL_PATH_H
#define TOOLS_COMMON_MODEL_PATH_H

/* Where the model that comes with the library is. */

#include <stdbool.h>
#include <stddef.h>

/* Name of the model that programs use without -m. */
#define MODEL_PATH_BUNDLED "edgeai-nano"

/*
 * Looks for NAME/NAME.gguf, then NAME.gguf, in each folder of EDGEAI_MODEL_PATH (separated by
 * colons; an entry may also be the file itself), in the installed data folder, in the source tree.
 * Returns false when there is none; `out` then holds the places looked at, for an error text.
 */
bool model_path_find(const char *name, char *out, size_t capacity);

/*
 * The model of an option -m: a readable file; the bundled model of that name where it has neither
 * "/" nor "."; MODEL_PATH_BUNDLED for NULL. Returns `given` or `place`, or NULL with the reason on
 * stderr.
 */
const char *model_path_choose(const char *program, const char *given, char *place, size_t capacity);

#endif
