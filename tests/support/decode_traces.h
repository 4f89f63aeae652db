/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_DECODE_TRACES_H
#define TESTS_SUPPORT_DECODE_TRACES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Replays every recorded run of a JSON file and compares each pass's phase and commits. The format
 * is that of the DiCo traces (their README), with three optional keys: "decoder" (else DiCo),
 * "n_steps", and "given", positions behind the prompt that are no masks.
 * Fails the test on a difference; false when there is no such file.
 */
bool decode_traces_replay(const char *path, size_t n_traces);

#endif
