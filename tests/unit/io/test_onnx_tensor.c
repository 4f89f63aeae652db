/* SPDX-License-Identifier: MIT */
#include "io/onnx_wire.h"
#include "support/check.h"
#include "support/protobuf_image.h"

static edgeai_context *context;

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

/* Refused with this text; frees the image. */
static void refuse(protobuf_image *image, edgeai_status status, const char *text)
{
    const eai_onnx_tensor *tensor;
    assert_fails(eai_onnx_tensor_open_memory(&tensor, context, image->bytes, image->n), status);
    assert_null(tensor);
    assert_error_says(text);
    protobuf_image_free(image);
}

static void dims_are_read_packed_and_alone(void **state)
{
    (void)state;
    protobuf_image image = {0};
    const eai_onnx_tensor *tensor;
    protobuf_put_ints(&image, 1, (const int64_t[]){2, 3}, 2);
    protobuf_put_int(&image, 2, EAI_ONNX_I64);
    protobuf_put_int(&image, 1, 4);
    protobuf_put_int(&image, 2, EAI_ONNX_F32); /* the last one counts */
    protobuf_put_text(&image, 4, "");          /* no elements, so no storage */
    protobuf_put_text(&image, 9, "elements");
    assert_ok(eai_onnx_tensor_open_memory(&tensor, context, image.bytes, image.n));
    assert_int_equal(tensor->n_dims, 3);
    assert_int_equal(tensor->dims[0], 2);
    assert_int_equal(tensor->dims[1], 3);
    assert_int_equal(tensor->dims[2], 4);
    assert_int_equal(tensor->n_elements, 24);
    assert_int_equal(tensor->type, EAI_ONNX_F32);
    assert_int_equal(tensor->storage, EAI_ONNX_STORED_RAW);
    assert_int_equal(tensor->name.n_bytes, 0);
    eai_onnx_tensor_free(tensor);
    protobuf_image_free(&image);
}

static void a_scalar_has_one_element(void **state)
{
    (void)state;
    protobuf_image image = {0};
    const eai_onnx_tensor *tensor;
    protobuf_put_int(&image, 2, EAI_ONNX_F32);
    assert_ok(eai_onnx_tensor_open_memory(&tensor, context, image.bytes, image.n));
    assert_int_equal(tensor->n_dims, 0);
    assert_int_equal(tensor->n_elements, 1);
    eai_onnx_tensor_free(tensor);
    protobuf_image_free(&image);
}

static void wrong_dims_are_refused(void **state)
{
    (void)state;
    const int64_t negative[] = {2, -1}, large[] = {INT64_C(1) << 31, INT64_C(1) << 30};
    const int64_t beside_zero[] = {INT64_C(1) << 40, 0, INT64_C(1) << 40};
    protobuf_image image = {0};
    protobuf_put_int(&image, 2, EAI_ONNX_F32);
    protobuf_put_ints(&image, 1, negative, 2);
    refuse(&image, EDGEAI_E_FORMAT, "dims[1]: expected a size that is not negative, found -1");
    protobuf_put_int(&image, 2, EAI_ONNX_F32);
    protobuf_put_ints(&image, 1, large, 2);
    refuse(&image, EDGEAI_E_FORMAT, "dims[1]: with 1073741824 the product overflows");
    protobuf_put_int(&image, 2, EAI_ONNX_F32);
    protobuf_put_ints(&image, 1, beside_zero, 3);
    refuse(&image, EDGEAI_E_FORMAT, "dims[2]");
    protobuf_put_int(&image, 2, EAI_ONNX_F32);
    for (int i = 0; i <= EAI_ONNX_DIMS_MAX; i++)
        protobuf_put_int(&image, 1, 1);
    refuse(&image, EDGEAI_E_LIMIT, "dims: expected at most 32, found 33");
}

static void wrong_tensors_are_refused(void **state)
{
    (void)state;
    protobuf_image image = {0};
    protobuf_put_text(&image, 8, "typeless");
    refuse(&image, EDGEAI_E_FORMAT, "tensor 'typeless' at byte 0: data_type: expected a positive");
    protobuf_put_int(&image, 2, -1);
    refuse(&image, EDGEAI_E_FORMAT, "found -1");
    protobuf_put_int(&image, 2, EAI_ONNX_F32);
    protobuf_put_text(&image, 9, "abcd");
    protobuf_put_float(&image, 4, 1);
    refuse(&image, EDGEAI_E_FORMAT, "in one field, found raw_data and float_data");
    protobuf_put_int(&image, 2, EAI_ONNX_F32);
    protobuf_put_text(&image, 3, "");
    refuse(&image, EDGEAI_E_UNSUPPORTED, "several segments");
    protobuf_put_int(&image, 2, EAI_ONNX_F32);
    protobuf_put_int(&image, 14, 1);
    refuse(&image, EDGEAI_E_FORMAT, "external_data: expected a location");
    protobuf_put_int(&image, 2, EAI_ONNX_F32);
    protobuf_put_int(&image, 14, 2);
    refuse(&image, EDGEAI_E_FORMAT, "data_location: expected 0 or 1, found 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dims_are_read_packed_and_alone),
        cmocka_unit_test(a_scalar_has_one_element),
        cmocka_unit_test(wrong_dims_are_refused),
        cmocka_unit_test(wrong_tensors_are_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
