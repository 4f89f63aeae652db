/* SPDX-License-Identifier: MIT */
#include "kernels/block_layouts.h"

const int8_t eai_iq4_nl_values[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                      1,    13,   25,  38,  53,  69,  89,  113};
