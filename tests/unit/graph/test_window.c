/* SPDX-License-Identifier: MIT */
#include "graph/window.h"

#include <string.h>

#include "support/check.h"

typedef struct attributes {
    eai_attribute list[8];
    eai_node node;
    eai_call call;
} attributes;

static void begin(attributes *a)
{
    memset(a, 0, sizeof *a);
    a->node = (eai_node){.name = "node", .op_type = "Conv", .attributes = a->list};
    a->call.node = &a->node;
}

static void set_ints(attributes *a, const char *name, size_t n, const int64_t *values)
{
    a->list[a->node.n_attributes++] =
        (eai_attribute){.name = name, .kind = EAI_ATTRIBUTE_INTS, .n = n, .ints = values};
}

static void set_string(attributes *a, const char *name, const char *value)
{
    a->list[a->node.n_attributes++] =
        (eai_attribute){.name = name, .kind = EAI_ATTRIBUTE_STRING, .s = value};
}

static void set_int(attributes *a, const char *name, int64_t value)
{
    a->list[a->node.n_attributes++] =
        (eai_attribute){.name = name, .kind = EAI_ATTRIBUTE_INT, .i = value};
}

static void given_pads_are_kept(void **state)
{
    (void)state;
    attributes a;
    eai_window w;
    begin(&a);
    set_ints(&a, "pads", 4, (int64_t[]){1, 0, 1, 2});
    set_ints(&a, "strides", 2, (int64_t[]){2, 1});
    assert_ok(eai_window_read(&a.call, (int64_t[]){7, 5}, 2, (int64_t[]){3, 3}, &w));
    assert_int_equal(w.out[0], 4);
    assert_int_equal(w.out[1], 5);
    assert_int_equal(w.begin[0], 1);
    assert_int_equal(w.end[1], 2);
}

static void same_puts_the_odd_one_where_it_says(void **state)
{
    (void)state;
    static const char *const names[] = {"SAME_UPPER", "SAME_LOWER"};
    for (int k = 0; k < 2; k++) {
        attributes a;
        eai_window w;
        begin(&a);
        set_string(&a, "auto_pad", names[k]);
        set_ints(&a, "strides", 1, (int64_t[]){2});
        assert_ok(eai_window_read(&a.call, (int64_t[]){6}, 1, (int64_t[]){3}, &w));
        assert_int_equal(w.out[0], 3);
        assert_int_equal(w.begin[0], k);
        assert_int_equal(w.end[0], 1 - k);
    }
}

static void ceil_mode_drops_windows_in_the_padding(void **state)
{
    (void)state;
    attributes a;
    eai_window w;
    begin(&a);
    set_ints(&a, "kernel_shape", 1, (int64_t[]){1});
    set_ints(&a, "strides", 1, (int64_t[]){2});
    set_int(&a, "ceil_mode", 1);
    assert_ok(eai_window_read(&a.call, (int64_t[]){2}, 1, NULL, &w));
    assert_int_equal(w.out[0], 1);
    assert_ok(eai_window_read(&a.call, (int64_t[]){3}, 1, NULL, &w));
    assert_int_equal(w.out[0], 2);
}

static void transposed_output_shape_decides_the_padding(void **state)
{
    (void)state;
    attributes a;
    eai_window w;
    begin(&a);
    set_ints(&a, "strides", 2, (int64_t[]){2, 2});
    set_ints(&a, "output_shape", 2, (int64_t[]){6, 8});
    assert_ok(eai_window_read_transposed(&a.call, (int64_t[]){3, 3}, 2, (int64_t[]){3, 3}, &w));
    assert_int_equal(w.out[0], 6);
    assert_int_equal(w.begin[0], 1); /* more at the beginning but for SAME_UPPER */
    assert_int_equal(w.end[0], 0);
    assert_int_equal(w.out[1], 8); /* one more than the kernel reaches */
    assert_int_equal(w.begin[1], 0);
}

static void hostile_numbers_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t value;
        edgeai_status status;
    } cases[] = {
        {"strides", 0, EDGEAI_E_LIMIT},           {"strides", -1, EDGEAI_E_LIMIT},
        {"dilations", INT64_MAX, EDGEAI_E_LIMIT}, {"dilations", 1 << 30, EDGEAI_E_SHAPE},
        {"kernel_shape", 2, EDGEAI_E_SHAPE},      {"pads", 1, EDGEAI_E_FORMAT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        attributes a;
        eai_window w;
        begin(&a);
        set_ints(&a, cases[i].name, 1, &cases[i].value);
        const int64_t in = 4, kernel = 3;
        assert_fails(eai_window_read(&a.call, &in, 1, &kernel, &w), cases[i].status);
        assert_error_says("Conv \"node\": ");
    }
}

static void ranges_are_exact(void **state)
{
    (void)state;
    for (int64_t offset = -7; offset <= 7; offset++)
        for (int64_t stride = 1; stride <= 3; stride++)
            for (int64_t limit = 0; limit <= 6; limit++) {
                int64_t first = -1, last = -1, n_inside = 0;
                eai_window_range(offset, stride, limit, 5, &first, &last);
                for (int64_t i = 0; i < 5; i++) {
                    const int64_t at = i * stride + offset;
                    const bool inside = at >= 0 && at < limit;
                    n_inside += inside;
                    assert_int_equal(inside, i >= first && i < last);
                }
                assert_int_equal(n_inside, last - first);
                assert_true(first >= 0 && last <= 5);
            }
}

static void fewer_axes_are_extended_in_front(void **state)
{
    (void)state;
    attributes a;
    eai_window w;
    begin(&a);
    set_ints(&a, "pads", 2, (int64_t[]){1, 2});
    assert_ok(eai_window_read(&a.call, (int64_t[]){5}, 1, (int64_t[]){3}, &w));
    eai_window_extend(&w);
    assert_int_equal(w.n, 3);
    assert_int_equal(w.in[0], 1);
    assert_int_equal(w.begin[1], 0);
    assert_int_equal(w.begin[2], 1);
    assert_int_equal(w.end[2], 2);
    assert_int_equal(w.out[2], 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_pads_are_kept),
        cmocka_unit_test(same_puts_the_odd_one_where_it_says),
        cmocka_unit_test(ceil_mode_drops_windows_in_the_padding),
        cmocka_unit_test(transposed_output_shape_decides_the_padding),
        cmocka_unit_test(hostile_numbers_are_refused),
        cmocka_unit_test(ranges_are_exact),
        cmocka_unit_test(fewer_axes_are_extended_in_front),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
