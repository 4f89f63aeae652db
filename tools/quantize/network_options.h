/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_QUANTIZE_NETWORK_OPTIONS_H
#define TOOLS_QUANTIZE_NETWORK_OPTIONS_H

#include "quantize/quantization.h"

/* The library's options of what the command line says, with n operands; lists are static. -1, or an
 * exit code, everything having been said. */
int network_options_read(const quantize_settings *settings, int n, char **operands,
                         edgeai_graph_quantize_options *options);

#endif
