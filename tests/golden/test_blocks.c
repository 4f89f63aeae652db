/* SPDX-License-Identifier: MIT */

/* Dequantization of every format against vectors of an independent program (tests/golden), bit by
 * bit; layout of the files in README.md. */

#include <edgeai/tensor.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

static const edgeai_dtype formats[] = {
    EDGEAI_DTYPE_F32,  EDGEAI_DTYPE_F16,    EDGEAI_DTYPE_BF16,  EDGEAI_DTYPE_Q4_0,
    EDGEAI_DTYPE_Q4_1, EDGEAI_DTYPE_Q5_0,   EDGEAI_DTYPE_Q5_1,  EDGEAI_DTYPE_Q8_0,
    EDGEAI_DTYPE_Q2_K, EDGEAI_DTYPE_Q3_K,   EDGEAI_DTYPE_Q4_K,  EDGEAI_DTYPE_Q5_K,
    EDGEAI_DTYPE_Q6_K, EDGEAI_DTYPE_IQ4_NL, EDGEAI_DTYPE_TQ1_0, EDGEAI_DTYPE_TQ2_0,
};
enum { N_FORMATS = sizeof formats / sizeof formats[0] };

typedef struct vectors {
    int32_t type, elements, bytes, n_blocks;
    unsigned char *blocks;
    float *values;
} vectors;

/* False when the file was not made. */
static bool read_vectors(vectors *v, edgeai_dtype dtype)
{
    char path[512], magic[8];
    snprintf(path, sizeof path, "%s/golden/blocks_%s.bin", EDGEAI_TEST_BUILD,
             edgeai_dtype_name(dtype));
    FILE *file = fopen(path, "rb");
    if (!file) {
        print_message("%s is absent: python3 with numpy makes it\n", path);
        return false;
    }
    assert_int_equal(fread(magic, 1, 8, file), 8);
    assert_memory_equal(magic, "EAIBLK01", 8);
    assert_int_equal(fread(v, sizeof(int32_t), 4, file), 4);
    size_t n_bytes = (size_t)v->n_blocks * (size_t)v->bytes;
    size_t n = (size_t)v->n_blocks * (size_t)v->elements;
    v->blocks = malloc(n_bytes + 1);
    v->values = malloc(n * sizeof *v->values);
    assert_non_null(v->blocks);
    assert_non_null(v->values);
    assert_int_equal(fread(v->blocks, 1, n_bytes, file), n_bytes);
    assert_int_equal(fread(v->values, sizeof *v->values, n, file), n);
    fclose(file);
    return true;
}

static void free_vectors(vectors *v)
{
    free(v->blocks);
    free(v->values);
}

static void check_format(edgeai_dtype dtype, const vectors *v)
{
    size_t n = (size_t)v->n_blocks * (size_t)v->elements;
    assert_int_equal(v->type, dtype);
    assert_int_equal(v->elements, edgeai_dtype_block_elements(dtype));
    assert_int_equal(v->bytes, edgeai_dtype_block_bytes(dtype));
    float *found = malloc((n + 1) * sizeof *found);
    assert_non_null(found);
    found[n] = 12345.0f;
    assert_ok(edgeai_dequantize(dtype, v->blocks, found, n));
    for (size_t i = 0; i < n; i++) {
        if (memcmp(&found[i], &v->values[i], sizeof(float)) == 0) continue;
        print_error("%s, block %zu, element %zu: expected %.9g, found %.9g\n",
                    edgeai_dtype_name(dtype), i / (size_t)v->elements, i % (size_t)v->elements,
                    (double)v->values[i], (double)found[i]);
        fail();
    }
    assert_true(found[n] == 12345.0f);

    /* One byte further on: blocks need no alignment. */
    memmove(v->blocks + 1, v->blocks, (size_t)v->n_blocks * (size_t)v->bytes);
    memset(found, 0, n * sizeof *found);
    assert_ok(edgeai_dequantize(dtype, v->blocks + 1, found, n));
    assert_memory_equal(found, v->values, n * sizeof *found);
    free(found);
}

static void every_format_gives_the_golden_bits(void **state)
{
    (void)state;
    int n_checked = 0;
    for (int i = 0; i < N_FORMATS; i++) {
        vectors v = {0};
        if (!read_vectors(&v, formats[i])) continue;
        check_format(formats[i], &v);
        free_vectors(&v);
        n_checked++;
    }
    if (n_checked == 0) skip();
    assert_int_equal(n_checked, N_FORMATS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_gives_the_golden_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
