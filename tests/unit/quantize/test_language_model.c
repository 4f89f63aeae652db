/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <edgeai/generate.h>
#include <edgeai/quantize.h>

#include "support/alphabet_model.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/temporary_folder.h"
#include "support/tiny_model.h"

enum { PATH_BYTES = TEMPORARY_PATH_BYTES + 32 };

static edgeai_context *context;
static char folder[TEMPORARY_PATH_BYTES], in_path[PATH_BYTES], out_path[PATH_BYTES];

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 2;
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

static int make_folder(void **state)
{
    (void)state;
    temporary_folder_make(folder);
    snprintf(in_path, sizeof in_path, "%s/in.gguf", folder);
    snprintf(out_path, sizeof out_path, "%s/out.gguf", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    temporary_folder_remove(folder);
    return 0;
}

/* Rows of 256, so that every format fits. */
static tiny_model_spec wide_spec(void)
{
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.n_embd = 256;
    spec.head_dim = spec.n_rot = 64;
    spec.n_kv_heads = 1;
    spec.n_ff = 256;
    spec.n_layers = 1;
    return spec;
}

static void write_image(const gguf_image *image, const char *path)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(image->bytes, 1, image->n_bytes, file), image->n_bytes);
    assert_int_equal(fclose(file), 0);
}

static edgeai_model_file *open_spec(const tiny_model_spec *spec)
{
    gguf_image image = {0};
    edgeai_model_file *file;
    tiny_model_write(&image, spec);
    write_image(&image, in_path);
    gguf_image_free(&image);
    assert_ok(edgeai_model_file_open(&file, context, in_path));
    return file;
}

static edgeai_lm_quantizer *plan(const edgeai_model_file *file, const char *type,
                                 const edgeai_lm_quantize_options *options)
{
    edgeai_lm_quantizer *quantizer;
    assert_ok(edgeai_lm_quantizer_create(&quantizer, context, file, type, options));
    return quantizer;
}

/* Writes in_path again as `type`. */
static void quantize(const char *type, const edgeai_lm_quantize_options *options)
{
    edgeai_model_file *file;
    assert_ok(edgeai_model_file_open(&file, context, in_path));
    edgeai_lm_quantizer *quantizer = plan(file, type, options);
    assert_ok(edgeai_lm_quantizer_write(quantizer, out_path));
    edgeai_lm_quantizer_free(quantizer);
    edgeai_model_file_free(file);
}

static size_t elements_of(const edgeai_tensor *tensor)
{
    size_t n = 1;
    for (int i = 0; i < tensor->n_dims; i++)
        n *= (size_t)tensor->shape[i];
    return n;
}

static float *values_of(const edgeai_tensor *tensor)
{
    size_t n = elements_of(tensor);
    float *values = malloc(n * sizeof *values);
    assert_non_null(values);
    assert_ok(edgeai_dequantize(tensor->dtype, tensor->data, values, n));
    return values;
}

/* What was planned against what stands in the file, errors taken anew from both files. */
static void check_tensor(const edgeai_quantized_tensor *told, const edgeai_model_file *written)
{
    const edgeai_tensor *before = told->tensor;
    const edgeai_tensor *after = edgeai_model_file_find_tensor(written, before->name);
    assert_non_null(after);
    assert_int_equal(after->dtype, told->dtype);
    assert_int_equal(after->data_bytes, told->n_bytes);
    assert_int_equal(after->n_dims, before->n_dims);
    assert_memory_equal(after->shape, before->shape, sizeof after->shape);
    float *old = values_of(before), *new = values_of(after);
    long double error = 0, square = 0, most = 0;
    for (size_t i = 0; i < elements_of(before); i++) {
        long double difference = (long double)old[i] - (long double)new[i];
        error += difference * difference;
        square += (long double)old[i] * (long double)old[i];
        if (fabsl(difference) > most) most = fabsl(difference);
    }
    assert_close(told->relative_rms, (double)sqrtl(error / square), 0, 1e-12);
    assert_close(told->max_error, (double)most, 0, 1e-15);
    if (told->dtype != before->dtype) assert_true(told->relative_rms > 1e-6);
    free(old);
    free(new);
}

static void what_is_told_stands_in_the_file(void **state)
{
    (void)state;
    static const char *const types[] = {"Q8_0", "Q4_K_M", "TQ2_0", "BF16"};
    tiny_model_spec spec = wide_spec();
    edgeai_model_file *file = open_spec(&spec), *written;
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        edgeai_lm_quantizer *quantizer = plan(file, types[t], NULL);
        edgeai_quantize_totals totals, sums = {0};
        assert_true(isnan(edgeai_lm_quantizer_tensor(quantizer, 0)->max_error));
        assert_ok(edgeai_lm_quantizer_write(quantizer, out_path));
        assert_ok(edgeai_model_file_open(&written, context, out_path));
        size_t n = edgeai_model_file_n_tensors(file);
        assert_int_equal(edgeai_model_file_n_tensors(written), n);
        for (size_t i = 0; i < n; i++) {
            const edgeai_quantized_tensor *tensor = edgeai_lm_quantizer_tensor(quantizer, i);
            check_tensor(tensor, written);
            sums.n_elements += elements_of(tensor->tensor);
            sums.bytes_before += tensor->tensor->data_bytes;
            sums.bytes_after += edgeai_model_file_tensor(written, i)->data_bytes;
        }
        assert_null(edgeai_lm_quantizer_tensor(quantizer, n));
        edgeai_lm_quantizer_totals(quantizer, &totals);
        assert_memory_equal(&totals, &sums, sizeof totals);
        edgeai_model_file_free(written);
        edgeai_lm_quantizer_free(quantizer);
    }
    edgeai_model_file_free(file);
}

/* The value of a key, or what stands for none. */
static uint64_t number_of(const edgeai_model_file *file, const char *key)
{
    uint64_t value = 9999;
    if (edgeai_model_file_get_u64(file, key, &value) != EDGEAI_OK) return 9999;
    return value;
}

static void metadata_are_copied_and_say_the_type(void **state)
{
    (void)state;
    tiny_model_spec spec = wide_spec();
    spec.set_key = "general.file_type";
    spec.set_value = 1;
    edgeai_model_file *file = open_spec(&spec), *written;
    size_t n = edgeai_model_file_n_metadata(file);
    quantize("Q4_K_M", NULL);
    assert_ok(edgeai_model_file_open(&written, context, out_path));
    assert_int_equal(number_of(written, "general.file_type"), 15);
    assert_int_equal(number_of(written, "general.quantization_version"), 2);
    assert_int_equal(edgeai_model_file_n_metadata(written), n + 1);
    for (size_t i = 0; i < n; i++) {
        edgeai_metadata old, new;
        assert_ok(edgeai_model_file_metadata(file, i, &old));
        assert_ok(edgeai_model_file_metadata(written, i, &new));
        assert_int_equal(new.key.n_bytes, old.key.n_bytes);
        assert_memory_equal(new.key.bytes, old.key.bytes, old.key.n_bytes);
        assert_int_equal(new.type, old.type);
        assert_int_equal(new.n_elements, old.n_elements);
    }
    edgeai_model_file_free(written);
    quantize("copy", NULL);
    assert_ok(edgeai_model_file_open(&written, context, out_path));
    assert_int_equal(number_of(written, "general.file_type"), 1);
    assert_int_equal(number_of(written, "general.quantization_version"), 9999);
    for (size_t i = 0; i < edgeai_model_file_n_tensors(file); i++) {
        const edgeai_tensor *old = edgeai_model_file_tensor(file, i);
        const edgeai_tensor *new = edgeai_model_file_tensor(written, i);
        assert_int_equal(new->data_bytes, old->data_bytes);
        assert_memory_equal(new->data, old->data, old->data_bytes);
    }
    edgeai_model_file_free(written);
    edgeai_model_file_free(file);
}

static gguf_image read_image(const char *path)
{
    gguf_image image = {0};
    char part[4096];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
        gguf_put(&image, part, n);
    fclose(file);
    return image;
}

static void any_number_of_threads_gives_the_same_bytes(void **state)
{
    (void)state;
    tiny_model_spec spec = wide_spec();
    edgeai_model_file_free(open_spec(&spec));
    quantize("Q4_K_M", NULL);
    gguf_image two = read_image(out_path);
    edgeai_context *kept = context;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    assert_ok(edgeai_context_create(&context, &options));
    quantize("Q4_K_M", NULL);
    edgeai_context_free(context);
    context = kept;
    gguf_image one = read_image(out_path);
    assert_int_equal(one.n_bytes, two.n_bytes);
    assert_memory_equal(one.bytes, two.bytes, two.n_bytes);
    gguf_image_free(&one);
    gguf_image_free(&two);
}

static void a_quantized_model_still_writes_text(void **state)
{
    (void)state;
    static const char *const types[] = {"Q8_0", "Q4_0", "Q4_K_M"};
    alphabet_model_write(in_path, "plain", NULL);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        quantize(types[i], NULL);
        edgeai_generator *generator;
        edgeai_generation out;
        assert_ok(edgeai_generator_create(&generator, context, out_path, NULL));
        assert_ok(edgeai_generate(generator, "x", &out));
        assert_string_equal(out.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ.");
        edgeai_generator_free(generator);
    }
}

static void the_file_that_is_read_is_not_written(void **state)
{
    (void)state;
    char link_path[PATH_BYTES];
    tiny_model_spec spec = wide_spec();
    edgeai_model_file *file = open_spec(&spec);
    gguf_image before = read_image(in_path);
    edgeai_lm_quantizer *quantizer = plan(file, "Q8_0", NULL);
    assert_fails(edgeai_lm_quantizer_write(quantizer, in_path), EDGEAI_E_INVALID);
    assert_error_says("in.gguf: expected another file than the one that is read");
    snprintf(link_path, sizeof link_path, "%s/link.gguf", folder);
    assert_int_equal(symlink(in_path, link_path), 0);
    assert_fails(edgeai_lm_quantizer_write(quantizer, link_path), EDGEAI_E_INVALID);
    gguf_image after = read_image(in_path);
    assert_int_equal(after.n_bytes, before.n_bytes);
    assert_int_equal(temporary_folder_count(folder), 2);
    gguf_image_free(&before);
    gguf_image_free(&after);
    edgeai_lm_quantizer_free(quantizer);
    edgeai_model_file_free(file);
}

static void a_full_disk_leaves_nothing(void **state)
{
    (void)state;
    struct rlimit old;
    tiny_model_spec spec = wide_spec();
    edgeai_model_file *file = open_spec(&spec);
    edgeai_lm_quantizer *quantizer = plan(file, "Q8_0", NULL);
    getrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){100000, old.rlim_max});
    edgeai_status status = edgeai_lm_quantizer_write(quantizer, out_path);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(status, EDGEAI_E_IO);
    assert_error_says("cannot write: File too large");
    assert_int_equal(temporary_folder_count(folder), 1);
    assert_ok(edgeai_lm_quantizer_write(quantizer, out_path)); /* and it can be tried again */
    assert_int_equal(temporary_folder_count(folder), 2);
    edgeai_lm_quantizer_free(quantizer);
    edgeai_model_file_free(file);
}

typedef struct watcher {
    uint64_t n_last, n_stop;
    size_t n_calls;
} watcher;

static int watch(void *user, const edgeai_quantize_progress *progress)
{
    watcher *seen = user;
    assert_true(progress->n_elements >= seen->n_last);
    assert_true(progress->n_elements < progress->n_elements_most);
    assert_non_null(progress->tensor);
    seen->n_last = progress->n_elements;
    seen->n_calls++;
    return progress->n_elements >= seen->n_stop;
}

static void stopping_leaves_nothing(void **state)
{
    (void)state;
    tiny_model_spec spec = wide_spec();
    edgeai_model_file *file = open_spec(&spec);
    watcher seen = {.n_stop = 200000};
    edgeai_lm_quantize_options options = EDGEAI_LM_QUANTIZE_OPTIONS_INIT;
    options.on_progress = watch;
    options.user = &seen;
    edgeai_lm_quantizer *quantizer = plan(file, "Q8_0", &options);
    assert_fails(edgeai_lm_quantizer_write(quantizer, out_path), EDGEAI_E_CANCELLED);
    assert_true(seen.n_calls > 3 && seen.n_last < 1000000);
    assert_int_equal(temporary_folder_count(folder), 1);
    seen = (watcher){.n_stop = UINT64_MAX};
    assert_ok(edgeai_lm_quantizer_write(quantizer, out_path));
    assert_int_equal(seen.n_calls, edgeai_model_file_n_tensors(file));
    edgeai_lm_quantizer_free(quantizer);
    edgeai_model_file_free(file);
}

static edgeai_status try(const edgeai_model_file *file, const char *type,
                         const edgeai_lm_quantize_options *options)
{
    edgeai_lm_quantizer *quantizer;
    edgeai_status status = edgeai_lm_quantizer_create(&quantizer, context, file, type, options);
    assert_null(quantizer);
    return status;
}

static void what_is_no_language_model_is_refused(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("edgeai-graph");
    edgeai_model_file *file = open_spec(&spec);
    assert_fails(try(file, "Q8_0", NULL), EDGEAI_E_UNSUPPORTED);
    assert_error_says("general.architecture is edgeai-graph");
    edgeai_model_file_free(file);
    spec = tiny_model_spec_make("llada");
    spec.skip = "token_embd.weight";
    file = open_spec(&spec);
    assert_fails(try(file, "Q8_0", NULL), EDGEAI_E_NOT_FOUND);
    assert_error_says("tensor 'token_embd.weight' is absent: not a language model");
    edgeai_model_file_free(file);
    spec = tiny_model_spec_make("some-other");
    file = open_spec(&spec);
    edgeai_lm_quantizer_free(plan(file, "Q8_0", NULL));
    edgeai_model_file_free(file);
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    edgeai_model_file *file = open_spec(&spec);
    edgeai_lm_quantize_options options = EDGEAI_LM_QUANTIZE_OPTIONS_INIT;
    edgeai_lm_quantizer *quantizer;
    assert_fails(try(file, "Q9", NULL), EDGEAI_E_INVALID);
    assert_error_says("found 'Q9'");
    assert_fails(try(file, NULL, NULL), EDGEAI_E_INVALID);
    assert_fails(try(NULL, "Q8_0", NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_lm_quantizer_create(NULL, context, file, "Q8_0", NULL), EDGEAI_E_INVALID);
    options.output_type = "Q4_K_M";
    assert_fails(try(file, "Q8_0", &options), EDGEAI_E_INVALID);
    assert_error_says("output_type: expected F32");
    options.output_type = NULL;
    options.embedding_type = "I8";
    assert_fails(try(file, "Q8_0", &options), EDGEAI_E_INVALID);
    assert_error_says("embedding_type: expected F32");
    options.embedding_type = NULL;
    options.n_tensor_rules = 1;
    assert_fails(try(file, "Q8_0", &options), EDGEAI_E_INVALID);
    options.n_tensor_rules = 0;
    options.struct_size = 1;
    assert_fails(try(file, "Q8_0", &options), EDGEAI_E_INVALID);
    /* A caller built before the type for the output existed: what stands there is not read. */
    options.struct_size = offsetof(edgeai_lm_quantize_options, output_type);
    options.output_type = "no type";
    assert_ok(edgeai_lm_quantizer_create(&quantizer, context, file, "Q8_0", &options));
    edgeai_lm_quantizer_free(quantizer);
    quantizer = plan(file, "Q8_0", NULL);
    assert_fails(edgeai_lm_quantizer_write(quantizer, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_lm_quantizer_write(NULL, out_path), EDGEAI_E_INVALID);
    edgeai_lm_quantizer_free(quantizer);
    edgeai_lm_quantizer_free(NULL);
    edgeai_model_file_free(file);
}

static void a_value_that_is_no_number_is_named(void **state)
{
    (void)state;
    tiny_model_spec spec = wide_spec();
    spec.poison = "blk.0.ffn_up.weight";
    edgeai_model_file *file = open_spec(&spec);
    edgeai_lm_quantizer *quantizer = plan(file, "Q8_0", NULL);
    assert_fails(edgeai_lm_quantizer_write(quantizer, out_path), EDGEAI_E_FORMAT);
    assert_error_says("tensor 'blk.0.ffn_up.weight', from element 0 on: quantize: element 0");
    assert_int_equal(temporary_folder_count(folder), 1);
    edgeai_lm_quantizer_free(quantizer);
    edgeai_model_file_free(file);
}

/* A set of two parts; each has one matrix, metadata are the first's. */
static void write_part(int no)
{
    static const char *const names[] = {"token_embd.weight", "blk.0.ffn_up.weight"};
    char path[PATH_BYTES];
    float values[64];
    gguf_image image = {0};
    gguf_put_header(&image, 3, 1, 4);
    gguf_put_key_string(&image, "general.architecture", "llada");
    gguf_put_key_u32(&image, "split.no", (uint32_t)no);
    gguf_put_key_u32(&image, "split.count", 2);
    gguf_put_key_u32(&image, "split.tensors.count", 2);
    gguf_put_tensor(&image, names[no], 2, (uint64_t[]){32, 2}, EDGEAI_DTYPE_F32, 0);
    gguf_put_padding(&image, 32);
    for (int i = 0; i < 64; i++)
        values[i] = (float)(i + 64 * no);
    gguf_put(&image, values, sizeof values);
    snprintf(path, sizeof path, "%s/m-%05d-of-00002.gguf", folder, no + 1);
    write_image(&image, path);
    gguf_image_free(&image);
}

static void split_files_become_one(void **state)
{
    (void)state;
    edgeai_model_file *file, *written;
    char second[PATH_BYTES];
    write_part(0);
    write_part(1);
    snprintf(in_path, sizeof in_path, "%s/m-00001-of-00002.gguf", folder);
    snprintf(second, sizeof second, "%s/m-00002-of-00002.gguf", folder);
    assert_ok(edgeai_model_file_open(&file, context, in_path));
    edgeai_lm_quantizer *quantizer = plan(file, "Q8_0", NULL);
    assert_fails(edgeai_lm_quantizer_write(quantizer, second), EDGEAI_E_INVALID);
    assert_ok(edgeai_lm_quantizer_write(quantizer, out_path));
    assert_ok(edgeai_model_file_open(&written, context, out_path));
    assert_int_equal(edgeai_model_file_parts(written), 1);
    assert_int_equal(edgeai_model_file_n_tensors(written), 2);
    assert_int_equal(number_of(written, "split.count"), 9999);
    float *values = values_of(edgeai_model_file_find_tensor(written, "blk.0.ffn_up.weight"));
    assert_close((double)values[63], 127, 0.01, 0);
    free(values);
    edgeai_model_file_free(written);
    edgeai_lm_quantizer_free(quantizer);
    edgeai_model_file_free(file);
}

static void every_failing_allocation_is_survived(void **state)
{
    (void)state;
    failing_allocator counted = {.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_lm_quantize_options quantize_options = EDGEAI_LM_QUANTIZE_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&counted);
    quantize_options.tensor_rules = (edgeai_tensor_rule[]){{"ffn", "Q5_K"}};
    quantize_options.n_tensor_rules = 1;
    tiny_model_spec spec = wide_spec();
    edgeai_model_file *file = open_spec(&spec);
    edgeai_context *failing;
    assert_ok(edgeai_context_create(&failing, &options));
    size_t n_live = counted.n_live, n_failures = 0;
    for (bool done = false; !done; n_failures++) {
        edgeai_lm_quantizer *quantizer;
        counted.fail_at = counted.n_allocations + n_failures;
        edgeai_status status =
            edgeai_lm_quantizer_create(&quantizer, failing, file, "Q8_0", &quantize_options);
        if (status == EDGEAI_OK) status = edgeai_lm_quantizer_write(quantizer, out_path);
        done = status == EDGEAI_OK;
        if (!done) assert_int_equal(status, EDGEAI_E_MEMORY);
        edgeai_lm_quantizer_free(quantizer);
        assert_int_equal(counted.n_live, n_live);
        assert_int_equal(temporary_folder_count(folder), done ? 2 : 1);
    }
    assert_true(n_failures > 15);
    edgeai_context_free(failing);
    edgeai_model_file_free(file);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_is_told_stands_in_the_file),
        IN_FOLDER(metadata_are_copied_and_say_the_type),
        IN_FOLDER(any_number_of_threads_gives_the_same_bytes),
        IN_FOLDER(a_quantized_model_still_writes_text),
        IN_FOLDER(the_file_that_is_read_is_not_written),
        IN_FOLDER(a_full_disk_leaves_nothing),
        IN_FOLDER(stopping_leaves_nothing),
        IN_FOLDER(what_is_no_language_model_is_refused),
        IN_FOLDER(bad_arguments_are_refused),
        IN_FOLDER(a_value_that_is_no_number_is_named),
        IN_FOLDER(split_files_become_one),
        IN_FOLDER(every_failing_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
