/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_GRAPH_INTERNAL_H
#define EAI_GRAPH_GRAPH_INTERNAL_H

#include "graph/graph_content.h"

struct edgeai_graph {
    edgeai_context *context;
    eai_graph_content content;
};

/* A graph of content that was made otherwise than by a reader; takes it over, also on failure. */
edgeai_status eai_graph_wrap(edgeai_graph **out, edgeai_context *context,
                             eai_graph_content *content);

/* Type and shape of a value as a caller sees them. */
edgeai_port eai_port_of(const eai_value *value);

#endif
