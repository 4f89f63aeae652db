/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/report.h"

static const report_column columns[] = {
    {"Decoder", "decoder", -1}, {"Passes", "n_passes", 1}, {"Items", "n_items", 0}};

static char written[4096];

static void write_table(report_format format)
{
    report table;
    report_begin(&table, columns, 3);
    report_text(&table, "di\"co, \xe6\xbc\xa2|");
    report_number(&table, 12.25);
    report_number(&table, 500);
    report_text(&table, "bad \xff");
    report_number(&table, NAN);
    report_nothing(&table);
    FILE *out = tmpfile();
    assert_true(report_write(&table, out, format, "test/1", "ok", NULL));
    rewind(out);
    written[fread(written, 1, sizeof written - 1, out)] = '\0';
    fclose(out);
    report_free(&table);
}

static void markdown_is_aligned_by_columns(void **state)
{
    (void)state;
    write_table(REPORT_MD);
    assert_string_equal(written, "| Decoder    | Passes | Items |\n"
                                 "|------------|-------:|------:|\n"
                                 "| di\"co, \xe6\xbc\xa2  |   12.2 |   500 |\n"
                                 "| bad \xef\xbf\xbd      |        |       |\n");
}

static void csv_is_quoted(void **state)
{
    (void)state;
    write_table(REPORT_CSV);
    assert_string_equal(written, "decoder,n_passes,n_items\n"
                                 "\"di\"\"co, \xe6\xbc\xa2|\",12.2,500\n"
                                 "bad \xef\xbf\xbd,,\n");
}

static void check_row(const cJSON *row)
{
    assert_non_null(row);
    assert_string_equal(cJSON_GetObjectItem(row, "decoder")->valuestring, "di\"co, \xe6\xbc\xa2|");
    assert_close(cJSON_GetObjectItem(row, "n_passes")->valuedouble, 12.2, 1e-12, 0);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(row->next ? row->next : row, "n_items")) ||
                !row->next);
}

static void json_is_one_object(void **state)
{
    (void)state;
    write_table(REPORT_JSON);
    cJSON *root = cJSON_Parse(written);
    assert_non_null(root);
    assert_string_equal(cJSON_GetObjectItem(root, "schema")->valuestring, "test/1");
    assert_string_equal(cJSON_GetObjectItem(root, "status")->valuestring, "ok");
    const cJSON *rows = cJSON_GetObjectItem(root, "rows");
    assert_int_equal(cJSON_GetArraySize(rows), 2);
    check_row(rows->child);
    cJSON_Delete(root);
}

static void jsonl_is_one_object_a_line(void **state)
{
    (void)state;
    write_table(REPORT_JSONL);
    char *end = strchr(written, '\n');
    assert_non_null(end);
    *end = '\0';
    cJSON *row = cJSON_Parse(written);
    check_row(row);
    assert_string_equal(cJSON_GetObjectItem(row, "schema")->valuestring, "test/1");
    cJSON_Delete(row);
    row = cJSON_Parse(end + 1);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(row, "n_passes")));
    cJSON_Delete(row);
}

static void an_empty_table_has_its_head(void **state)
{
    (void)state;
    report table;
    report_begin(&table, columns, 3);
    FILE *out = tmpfile();
    assert_true(report_write(&table, out, REPORT_MD, "test/1", "ok", NULL));
    assert_true(ftell(out) > 0);
    fclose(out);
    report_free(&table);
}

/* Items stand in JSON alone, and lines say what `line_about` holds. */
static void items_are_for_json(void **state)
{
    (void)state;
    static const report_column with_items[] = {{"Name", "name", REPORT_TEXT},
                                               {"", "samples", REPORT_ITEMS}};
    static const char *const expected[] = {
        "| Name |\n|------|\n| a    |\n| b    |\n", "name\na\nb\n", NULL,
        "{\"schema\":\"test/1\",\"on\":true,\"name\":\"a\",\"samples\":[1.50, 2.25]}\n"
        "{\"schema\":\"test/1\",\"on\":true,\"name\":\"b\",\"samples\":[]}\n"};
    const double numbers[] = {1.5, 2.25};
    cJSON *about = cJSON_CreateObject();
    cJSON_AddTrueToObject(about, "on");
    for (int format = REPORT_MD; format <= REPORT_JSONL; format++) {
        if (!expected[format]) continue;
        report table;
        report_begin(&table, with_items, 2);
        table.line_about = about;
        report_text(&table, "a");
        report_items(&table, numbers, 2, 2);
        report_text(&table, "b");
        report_items(&table, numbers, 0, 2);
        FILE *out = tmpfile();
        assert_true(report_write(&table, out, (report_format)format, "test/1", "ok", NULL));
        rewind(out);
        written[fread(written, 1, sizeof written - 1, out)] = '\0';
        fclose(out);
        report_free(&table);
        assert_string_equal(written, expected[format]);
    }
    cJSON_Delete(about);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markdown_is_aligned_by_columns),
        cmocka_unit_test(csv_is_quoted),
        cmocka_unit_test(json_is_one_object),
        cmocka_unit_test(jsonl_is_one_object_a_line),
        cmocka_unit_test(an_empty_table_has_its_head),
        cmocka_unit_test(items_are_for_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
