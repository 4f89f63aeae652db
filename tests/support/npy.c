/* SPDX-License-Identifier: MIT */
#include "support/npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

void npy_read(npy_array *array, const char *path, const char *descr, size_t n)
{
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    assert_int_equal(fseek(stream, 0, SEEK_END), 0);
    const long size = ftell(stream);
    rewind(stream);
    assert_true(size > 10);
    array->file = aligned_alloc(64, ((size_t)size + 63) / 64 * 64);
    assert_non_null(array->file);
    assert_int_equal(fread(array->file, 1, (size_t)size, stream), size);
    fclose(stream);
    assert_memory_equal(array->file, "\x93NUMPY\1", 7);
    const size_t header = array->file[8] + 256u * array->file[9];
    char text[512], wanted[32];
    assert_true(header < sizeof text && 10 + header <= (size_t)size);
    memcpy(text, array->file + 10, header);
    text[header] = '\0';
    snprintf(wanted, sizeof wanted, "'descr': '%s'", descr);
    assert_non_null(strstr(text, wanted));
    assert_non_null(strstr(text, "'fortran_order': False"));
    const size_t element = (size_t)(descr[2] - '0');
    assert_int_equal((size_t)size - 10 - header, n * element);
    array->data = array->file + 10 + header;
    array->n = n;
}

void npy_free(npy_array *array)
{
    free(array->file);
    *array = (npy_array){0};
}
