/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_GRAPH_JSON_H
#define EAI_GRAPH_GRAPH_JSON_H

/* edgeai.graph and edgeai.preprocess, the JSON texts of docs/formats/graph.md, both ways. */

#include "base/json_scan.h"
#include "base/text.h"
#include "graph/graph_content.h"
#include "graph/name_index.h"

enum { EAI_GRAPH_VERSION = 1, EAI_PREPROCESS_VERSION = 1 };

/* Integers of a constant that are written into the text itself. */
enum { EAI_INLINE_VALUES_MAX = 16 };

/* Reads the text into content->ir, which is new; constants lie in content->file. */
edgeai_status eai_graph_json_read(eai_graph_content *content, const char *text, size_t n,
                                  const char *what);

/* Appends the text. names: of all values, NULL for constants to leave out; tensors: of constants in
 * the file, NULL for others. */
edgeai_status eai_graph_json_write(const eai_graph_content *content, const char *const *names,
                                   const char *const *tensors, eai_text *text);

edgeai_status eai_preprocess_read(edgeai_image_input_options *options, const char *text, size_t n,
                                  const char *what);
edgeai_status eai_preprocess_write(const edgeai_image_input_options *options, eai_text *text);

/* Bytes of a constant as it is in files; false on overflow, or when dimensions are open. Slices of
 * the first dimension of TRITS and BITS begin at bytes. */
bool eai_constant_bytes(const eai_value *value, size_t *bytes);

/* A constant's elements from where the file has them; EDGEAI_E_FORMAT when they do not fit. */
edgeai_status eai_read_constant_tensor(eai_graph_content *content, eai_value *value,
                                       const char *tensor, const char *what);

/* The type of a constant's tensor in files. */
edgeai_dtype eai_constant_dtype(edgeai_element element);

/* "f32", ... ; EDGEAI_ELEMENT_NONE for an unknown name. */
edgeai_element eai_element_from_name(const char *name);

/* A string in quotes with escapes; a number that is read back exactly, with a point or exponent. */
bool eai_json_put_string(eai_text *text, const char *string);
bool eai_json_put_real(eai_text *text, double number, int digits);

#endif
