/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/onnx_wire.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/protobuf_image.h"
#include "support/temporary_folder.h"

static edgeai_context *context;
static char folder[TEMPORARY_PATH_BYTES], model_path[TEMPORARY_PATH_BYTES + 16];

static void write_file(const char *name, const void *bytes, size_t n)
{
    char path[TEMPORARY_PATH_BYTES + 64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    temporary_folder_make(folder);
    snprintf(model_path, sizeof model_path, "%s/model.onnx", folder);
    write_file("data", "0123456789", 10);
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    temporary_folder_remove(folder);
    return 0;
}

static void put_entry(protobuf_image *tensor, const char *key, const char *value)
{
    protobuf_image entry = {0};
    protobuf_put_text(&entry, 1, key);
    protobuf_put_text(&entry, 2, value);
    protobuf_put_message(tensor, 13, &entry);
}

/* uint8 w [4] at this place; NULL: not given. */
static void put_tensor(protobuf_image *graph, const char *location, const char *offset,
                       const char *length)
{
    protobuf_image tensor = {0};
    protobuf_put_int(&tensor, 1, 4);
    protobuf_put_int(&tensor, 2, EAI_ONNX_U8);
    protobuf_put_text(&tensor, 8, "w");
    put_entry(&tensor, "location", location);
    if (offset) put_entry(&tensor, "offset", offset);
    if (length) put_entry(&tensor, "length", length);
    put_entry(&tensor, "checksum", "whatever");
    protobuf_put_int(&tensor, 14, 1);
    protobuf_put_message(graph, 5, &tensor);
}

static void write_model(protobuf_image *graph)
{
    protobuf_image model = {0};
    protobuf_put_message(&model, 7, graph);
    write_file("model.onnx", model.bytes, model.n);
    protobuf_image_free(&model);
}

static void elements_come_from_the_file_beside(void **state)
{
    (void)state;
    protobuf_image graph = {0};
    eai_onnx_model *model;
    char out[4];
    put_tensor(&graph, "data", "3", "4");
    put_tensor(&graph, "./data", NULL, NULL);
    put_tensor(&graph, "data", "6", NULL);
    write_model(&graph);
    assert_ok(eai_onnx_model_open(&model, context, model_path));
    static const char *const expected[] = {"3456", "0123", "6789"};
    for (int i = 0; i < 3; i++) {
        assert_ok(eai_onnx_tensor_read(&model->graph.initializers[i], out, 4));
        assert_memory_equal(out, expected[i], 4);
    }
    eai_onnx_model_free(model);
}

static void refuse(const char *location, const char *offset, const char *length,
                   edgeai_status status, const char *text)
{
    protobuf_image graph = {0};
    eai_onnx_model *model;
    put_tensor(&graph, location, offset, length);
    write_model(&graph);
    assert_fails(eai_onnx_model_open(&model, context, model_path), status);
    assert_null(model);
    assert_error_says(text);
}

static void places_outside_the_file_are_refused(void **state)
{
    (void)state;
    refuse("data", "7", NULL, EDGEAI_E_FORMAT, "expected 4 bytes at 7, found 3");
    refuse("data", "11", "0", EDGEAI_E_FORMAT, "an offset up to the file's 10 bytes, found 11");
    refuse("data", "1", "18446744073709551615", EDGEAI_E_FORMAT, "found 9");
    refuse("data", "18446744073709551616", NULL, EDGEAI_E_FORMAT, "offset: expected a decimal");
    refuse("data", "-1", NULL, EDGEAI_E_FORMAT, "found '-1'");
    refuse("data", NULL, "", EDGEAI_E_FORMAT, "length: expected a decimal number");
    refuse("missing", NULL, NULL, EDGEAI_E_NOT_FOUND, "missing");
    refuse("", NULL, NULL, EDGEAI_E_FORMAT, "external_data: expected a location");
}

static void files_outside_the_folder_are_refused(void **state)
{
    (void)state;
    char link[TEMPORARY_PATH_BYTES + 16], inner[TEMPORARY_PATH_BYTES + 16];
    refuse("/etc/passwd", NULL, NULL, EDGEAI_E_FORMAT, "expected a file in the model's folder");
    refuse("../data", NULL, NULL, EDGEAI_E_FORMAT, "expected a file in the model's folder");
    refuse("a/../data", NULL, NULL, EDGEAI_E_FORMAT, "expected a file in the model's folder");
    refuse("a/..", NULL, NULL, EDGEAI_E_FORMAT, "expected a file in the model's folder");
    refuse("..data", NULL, NULL, EDGEAI_E_NOT_FOUND, "..data"); /* a name like another */
    refuse(".", NULL, NULL, EDGEAI_E_FORMAT, "model's folder");

    snprintf(link, sizeof link, "%s/out", folder);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    refuse("out", NULL, NULL, EDGEAI_E_FORMAT, "but a link leads to '/etc/passwd'");
    snprintf(inner, sizeof inner, "%s/in", folder);
    assert_int_equal(symlink("data", inner), 0);
    protobuf_image graph = {0};
    eai_onnx_model *model;
    put_tensor(&graph, "in", NULL, NULL);
    write_model(&graph);
    assert_ok(eai_onnx_model_open(&model, context, model_path));
    eai_onnx_model_free(model);
}

static void a_model_in_memory_has_no_folder(void **state)
{
    (void)state;
    protobuf_image graph = {0}, image = {0};
    eai_onnx_model *model;
    put_tensor(&graph, "data", NULL, NULL);
    protobuf_put_message(&image, 7, &graph);
    assert_fails(eai_onnx_model_open_memory(&model, context, image.bytes, image.n),
                 EDGEAI_E_UNSUPPORTED);
    assert_error_says("tensor 'w' at byte");
    protobuf_image_free(&image);
}

static void every_failed_allocation_is_survived(void **state)
{
    (void)state;
    failing_allocator allocator = {.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&allocator);
    edgeai_context *own;
    eai_onnx_model *model;
    protobuf_image graph = {0};
    put_tensor(&graph, "data", NULL, NULL);
    write_model(&graph);
    assert_ok(edgeai_context_create(&own, &options));
    const size_t n_live = allocator.n_live;
    for (size_t i = 0; i < 3; i++) {
        allocator.n_allocations = 0;
        allocator.fail_at = i;
        assert_fails(eai_onnx_model_open(&model, own, model_path), EDGEAI_E_MEMORY);
        assert_int_equal(allocator.n_live, n_live);
    }
    allocator.fail_at = SIZE_MAX;
    assert_ok(eai_onnx_model_open(&model, own, model_path));
    eai_onnx_model_free(model);
    edgeai_context_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_come_from_the_file_beside),
        cmocka_unit_test(places_outside_the_file_are_refused),
        cmocka_unit_test(files_outside_the_folder_are_refused),
        cmocka_unit_test(a_model_in_memory_has_no_folder),
        cmocka_unit_test(every_failed_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
