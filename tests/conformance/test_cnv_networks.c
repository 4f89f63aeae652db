/* SPDX-License-Identifier: MIT */

/*
 * Trained networks with ternary and with binary weights and activations: every number behind the
 * first layer is whole, so the scores of all images are exactly the expected ones, at every
 * instruction set level. The graphs are built by tests/support/make_cnv_graph.py, which wants
 * Python with numpy. EDGEAI_TEST_IMAGES=N in the environment takes the first N images alone, and a
 * tenth of them with the reference: for processors that are emulated.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/graph.h>

#include "support/check.h"
#include "support/npy.h"
#include "support/temporary_folder.h"

enum { N_IMAGES = 200, N_PIXELS = 32 * 32, N_CLASSES = 10 };

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif

#define DATA EDGEAI_TEST_DATA "/cnn/"

static char folder[TEMPORARY_PATH_BYTES];
static bool can_build;
static int n_images = N_IMAGES;
static bool is_limited;

static bool build(const char *network, const char *input)
{
    char command[2048];
    snprintf(command, sizeof command,
             "for p in python3 /usr/bin/python3; do $p -c 'import numpy' 2>/dev/null && exec $p "
             "'%s/tests/support/make_cnv_graph.py' --input %s '%s%s' '%s/%s.%s.gguf'; done; exit 1",
             EDGEAI_TEST_SOURCE, input, DATA, network, folder, network, input);
    return system(command) == 0;
}

static int start(void **state)
{
    (void)state;
    const char *limit = getenv("EDGEAI_TEST_IMAGES");
    is_limited = limit != NULL;
    if (is_limited) n_images = (int)strtol(limit, NULL, 10);
    if (n_images < 1 || n_images > N_IMAGES) return -1;
    temporary_folder_make(folder);
    can_build = build("cnvW2A2", "i8") && build("cnvW2A2", "f32") && build("cnvW1A1", "i8") &&
                build("cnvW1A1", "f32");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    temporary_folder_remove(folder);
    return 0;
}

/* Pixels [row][column][channel] as k, the whole numbers that the first layer reads. */
static void fill(const unsigned char *pixels, bool is_float, void *input)
{
    for (int i = 0; i < N_PIXELS; i++)
        for (int c = 0; c < 3; c++) {
            const double k = floor((2.0 * pixels[3 * i + c] / 255.0 - 1.0) * 128.0);
            const int whole = k > 127 ? 127 : (int)k;
            if (is_float)
                ((float *)input)[c * N_PIXELS + i] = (float)whole / 128;
            else
                ((int8_t *)input)[c * N_PIXELS + i] = (int8_t)whole;
        }
}

static void run_all(edgeai_session *session, const unsigned char *images, const int32_t *expected,
                    int n)
{
    edgeai_port in, out;
    void *input;
    const void *output;
    for (int i = 0; i < n; i++) {
        assert_ok(edgeai_session_input(session, 0, &in, &input));
        fill(images + (size_t)i * 3 * N_PIXELS, in.element == EDGEAI_ELEMENT_F32, input);
        assert_ok(edgeai_session_run(session));
        assert_ok(edgeai_session_output(session, 0, &out, &output));
        assert_int_equal(out.element, EDGEAI_ELEMENT_F32);
        for (int k = 0; k < N_CLASSES; k++)
            assert_true((double)((const float *)output)[k] == expected[i * N_CLASSES + k]);
    }
}

static void check(const char *network, const char *input)
{
    static const char *const levels[] = {"ref", "avx2", "neon", "dotprod"};
    char path[TEMPORARY_PATH_BYTES + 64];
    npy_array images, expected;
    if (!can_build) skip();
    npy_read(&images, DATA "expected_images.npy", "|u1", (size_t)N_IMAGES * 3 * N_PIXELS);
    snprintf(path, sizeof path, "%s%s/expected_logits.npy", DATA, network);
    npy_read(&expected, path, "<i4", N_IMAGES * N_CLASSES);
    snprintf(path, sizeof path, "%s/%s.%s.gguf", folder, network, input);
    for (size_t level = 0; level < sizeof levels / sizeof levels[0]; level++) {
        edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
        edgeai_context *context;
        edgeai_graph *graph;
        edgeai_session *session;
        options.cpu = levels[level];
        if (edgeai_context_create(&context, &options) != EDGEAI_OK) continue; /* not here */
        assert_ok(edgeai_graph_open(&graph, context, path));
        assert_ok(edgeai_session_create(&session, graph, NULL));
        /* The reference is slow, most of all under a sanitizer: all images once are enough. */
        const bool few =
            strcmp(options.cpu, "ref") == 0 && (SANITIZED || input[0] == 'f' || is_limited);
        run_all(session, images.data, expected.data, few ? (n_images + 9) / 10 : n_images);
        edgeai_session_free(session);
        edgeai_graph_free(graph);
        edgeai_context_free(context);
    }
    npy_free(&images);
    npy_free(&expected);
}

static void ternary_of_integers(void **state)
{
    (void)state;
    check("cnvW2A2", "i8");
}

static void ternary_of_floats(void **state)
{
    (void)state;
    check("cnvW2A2", "f32");
}

static void binary_of_integers(void **state)
{
    (void)state;
    check("cnvW1A1", "i8");
}

static void binary_of_floats(void **state)
{
    (void)state;
    check("cnvW1A1", "f32");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ternary_of_integers),
        cmocka_unit_test(ternary_of_floats),
        cmocka_unit_test(binary_of_integers),
        cmocka_unit_test(binary_of_floats),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
