/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_FUZZ_TARGET_H
#define TESTS_FUZZ_FUZZ_TARGET_H

/* What libFuzzer, or replay_main.c, calls with one input. Returns 0; aborts on a finding. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#endif
