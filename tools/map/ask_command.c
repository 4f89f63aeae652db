/* SPDX-License-Identifier: MIT */
/* edgeai-map ask: questions answered from the map alone, one or a file of them. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/json_out.h"
#include "common/report.h"
#include "common/safe_text.h"
#include "map/map_tool.h"

#include <edgeai/spatial_prompt.h>

static void ask_settings(const map_settings *settings, const edgeai_aliases *aliases,
                         edgeai_map_ask_options *options)
{
    *options = (edgeai_map_ask_options)EDGEAI_MAP_ASK_OPTIONS_INIT;
    options->aliases = aliases;
    options->confidence_min = settings->confidence_min;
    options->options = settings->choices.n ? settings->choices.texts : NULL;
    options->n_options = settings->choices.n;
}

static void answer_json(cJSON *object, const edgeai_answer *answer)
{
    json_add_text(object, "kind", edgeai_question_kind_name(answer->kind));
    json_add_text(object, "answer", answer->text);
    cJSON_AddBoolToObject(object, "abstained", answer->abstained);
    json_add_real(object, "number", answer->number, 4);
    cJSON_AddNumberToObject(object, "option", answer->option);
    json_add_real(object, "confidence", answer->confidence, 3);
    json_add_text(object, "reason", answer->reason);
}

static bool print_answer(const map_settings *settings, const edgeai_answer *answer)
{
    if (settings->as_json) {
        cJSON *root = json_begin("edgeai-map-ask/1");
        json_add_text(root, "question", settings->question);
        answer_json(root, answer);
        const bool is_ok = json_print(root, stdout);
        cJSON_Delete(root);
        return is_ok;
    }
    if (answer->abstained)
        printf("cannot tell");
    else
        safe_text_print(stdout, answer->text, strlen(answer->text));
    printf("\nconfidence %.2f: ", answer->confidence);
    safe_text_print(stdout, answer->reason, strlen(answer->reason));
    printf("\n");
    return fflush(stdout) == 0 && !ferror(stdout);
}

static edgeai_status ask_one(const map_settings *settings, const edgeai_map *map,
                             const edgeai_aliases *aliases, bool *is_ok)
{
    edgeai_map_ask_options options;
    edgeai_answer answer;
    ask_settings(settings, aliases, &options);
    const edgeai_status status = edgeai_map_ask(map, settings->question, &options, &answer);
    if (status == EDGEAI_OK) *is_ok = print_answer(settings, &answer);
    return status;
}

/* Scores of a file's questions by kind. */
typedef struct tally {
    double sums[EDGEAI_QUESTION_KINDS];
    size_t counts[EDGEAI_QUESTION_KINDS], abstained[EDGEAI_QUESTION_KINDS], n;
    cJSON *items; /* NULL unless JSON is wanted */
} tally;

static edgeai_status ask_item(const map_settings *settings, const edgeai_map *map,
                              const edgeai_aliases *aliases, const edgeai_question_item *item,
                              tally *all)
{
    edgeai_map_ask_options options;
    edgeai_answer answer;
    ask_settings(settings, aliases, &options);
    options.options = item->n_options ? item->options : NULL;
    options.n_options = item->n_options;
    const edgeai_status status = edgeai_map_ask(map, item->text, &options, &answer);
    if (status != EDGEAI_OK) return status;
    const double score =
        item->truth ? edgeai_answer_score(answer.kind, item->truth, answer.text) : NAN;
    all->n++;
    all->abstained[answer.kind] += answer.abstained;
    if (item->truth) {
        all->sums[answer.kind] += score;
        all->counts[answer.kind]++;
    }
    if (!all->items) return EDGEAI_OK;
    cJSON *object = cJSON_CreateObject();
    json_add_text(object, "id", item->id);
    json_add_text(object, "question", item->text);
    answer_json(object, &answer);
    json_add_text(object, "truth", item->truth);
    json_add_real(object, "score", score, 4);
    cJSON_AddItemToArray(all->items, object);
    return EDGEAI_OK;
}

static bool print_tally(tally *all, bool is_whole)
{
    static const report_column columns[] = {
        {"Kind", "kind", REPORT_TEXT},
        {"Questions", "n_questions", 0},
        {"Abstained", "n_abstained", 0},
        {"Score", "score", 3},
    };
    report table;
    report_begin(&table, columns, sizeof columns / sizeof *columns);
    for (int kind = 0; kind < EDGEAI_QUESTION_KINDS; kind++) {
        if (all->counts[kind] == 0) continue;
        report_text(&table, edgeai_question_kind_name((edgeai_question_kind)kind));
        report_number(&table, (double)all->counts[kind]);
        report_number(&table, (double)all->abstained[kind]);
        report_number(&table, all->sums[kind] / (double)all->counts[kind]);
    }
    report_text(&table, "overall");
    report_number(&table, (double)all->n);
    report_nothing(&table);
    report_number(&table, edgeai_answer_overall(all->sums, all->counts));
    cJSON *about = NULL;
    const bool as_json = all->items != NULL;
    if (as_json) {
        about = cJSON_CreateObject();
        cJSON_AddItemToObject(about, "answers", all->items);
        all->items = NULL;
    }
    const bool is_ok = report_write(&table, stdout, as_json ? REPORT_JSON : REPORT_MD,
                                    "edgeai-map-ask-set/1", is_whole ? "ok" : "cancelled", about);
    cJSON_Delete(about);
    report_free(&table);
    return is_ok;
}

static edgeai_status ask_all(const map_settings *settings, edgeai_context *context,
                             const edgeai_map *map, const edgeai_aliases *aliases, bool *is_ok)
{
    edgeai_question_set *set;
    edgeai_status status = edgeai_question_set_open(&set, context, settings->questions);
    if (status != EDGEAI_OK) return status;
    tally all = {.items = settings->as_json ? cJSON_CreateArray() : NULL};
    const size_t n = edgeai_question_set_count(set);
    for (size_t i = 0; i < n && status == EDGEAI_OK && !interrupt_came(); i++)
        status = ask_item(settings, map, aliases, edgeai_question_set_get(set, i), &all);
    if (status == EDGEAI_OK) *is_ok = print_tally(&all, all.n == n);
    cJSON_Delete(all.items);
    edgeai_question_set_free(set);
    return status;
}

static int run(const map_settings *given, edgeai_context *context, char **operands, int n_operands)
{
    map_settings settings = *given;
    edgeai_map *map = NULL;
    edgeai_aliases *aliases = NULL;
    bool is_ok = true;
    if (n_operands > 1) settings.question = operands[1];
    if (!settings.question == !settings.questions)
        return options_usage_error(settings.program, "ask: expected QUESTION or --questions FILE");
    edgeai_status status = edgeai_map_open(&map, context, operands[0]);
    if (status == EDGEAI_OK) status = map_open_aliases(&settings, context, &aliases);
    if (status == EDGEAI_OK)
        status = settings.questions ? ask_all(&settings, context, map, aliases, &is_ok)
                                    : ask_one(&settings, map, aliases, &is_ok);
    int code = status == EDGEAI_OK ? interrupt_exit_code() : map_fail(&settings, status);
    if (code == EXIT_CODE_OK && !is_ok) {
        fprintf(stderr, "%s: cannot write the result\n", settings.program->name);
        code = EXIT_CODE_RUN;
    }
    edgeai_aliases_free(aliases);
    edgeai_map_free(map);
    return code;
}

const map_command map_ask = {"ask", "MAP.json QUESTION", 1, 2, run};
