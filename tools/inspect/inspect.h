/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_INSPECT_INSPECT_H
#define TOOLS_INSPECT_INSPECT_H

/* The three things edgeai-inspect prints on stdout. Each returns false when writing failed. */

#include <stdbool.h>

#include <edgeai/context.h>
#include <edgeai/model_file.h>

/* Long arrays and strings are cut unless `whole`. */
bool inspect_text(const edgeai_model_file *file, bool whole);
bool inspect_json(const edgeai_model_file *file, bool whole);
bool inspect_cpu(const edgeai_context *context, bool as_json);

#endif
