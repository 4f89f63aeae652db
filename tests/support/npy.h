/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_NPY_H
#define TESTS_SUPPORT_NPY_H

/* Arrays of NumPy's .npy files, version 1, in C order. */

#include <stddef.h>

typedef struct npy_array {
    unsigned char *file; /* all of it */
    void *data;          /* [n], as aligned as the file's header makes it: to 64 bytes */
    size_t n;
} npy_array;

/* Reads a file of `descr` ("<i4", "|u1") and n elements; the test fails where it is anything else.
 */
void npy_read(npy_array *array, const char *path, const char *descr, size_t n);
void npy_free(npy_array *array);

#endif
