/* SPDX-License-Identifier: MIT */
/* Pictures, each with its best classes. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "classify/judge.h"
#include "common/exit_code.h"
#include "common/image_folder.h"
#include "common/interrupt.h"
#include "common/json_out.h"
#include "common/safe_text.h"

typedef struct judging {
    classifier *classifier;
    cJSON *images; /* NULL: text is printed */
    int code;
} judging;

static void print_top(const judging *j, const char *path)
{
    const classifier *c = j->classifier;
    char room[32];
    safe_text_print(stdout, path, strlen(path));
    fputc('\n', stdout);
    for (size_t i = 0; i < c->n_top; i++) {
        const char *label = classifier_label(c, c->top[i], room);
        printf("  %8.4f  ", (double)c->scores[c->top[i]]);
        safe_text_print(stdout, label, strlen(label));
        fputc('\n', stdout);
    }
    fflush(stdout);
}

static void add_image(const judging *j, const char *path, bool is_ok, double ms)
{
    const classifier *c = j->classifier;
    char room[32];
    cJSON *image = cJSON_CreateObject();
    cJSON_AddItemToArray(j->images, image);
    json_add_text(image, "path", path);
    cJSON_AddStringToObject(image, "status", is_ok ? "ok" : "failed");
    if (!is_ok) return;
    json_add_real(image, "total_ms", ms, 3);
    cJSON *top = cJSON_AddArrayToObject(image, "top");
    for (size_t i = 0; i < c->n_top; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddNumberToObject(one, "class", c->top[i]);
        json_add_text(one, "label", classifier_label(c, c->top[i], room));
        json_add_real(one, "score", (double)c->scores[c->top[i]], 6);
        cJSON_AddItemToArray(top, one);
    }
}

/* False: stop. */
static bool judge(judging *j, const char *path)
{
    double ms = 0;
    const edgeai_status status = classifier_run(j->classifier, path, &ms);
    if (j->images)
        add_image(j, path, status == EDGEAI_OK, ms);
    else if (status == EDGEAI_OK)
        print_top(j, path);
    if (status != EDGEAI_OK && !judge_failed(j->classifier, status, &j->code)) return false;
    return !interrupt_came();
}

static bool judge_all_of(judging *j, const char *path)
{
    image_folder folder = {0};
    bool goes_on = true;
    if (image_folder_open(&folder, j->classifier->program, path, NULL, 0)) {
        image_folder_sample(&folder, (size_t)j->classifier->settings->n_limit);
        for (size_t i = 0; goes_on && i < folder.n_items; i++)
            goes_on = judge(j, folder.items[i].path);
    } else {
        j->code = EXIT_CODE_FILE;
    }
    image_folder_free(&folder);
    return goes_on;
}

static bool judge_named_on_input(judging *j)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t n;
    bool goes_on = true;
    while (goes_on && (n = getline(&line, &capacity, stdin)) > 0) {
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            line[--n] = '\0';
        if (n > 0) goes_on = judge(j, line);
    }
    free(line);
    return goes_on;
}

int judge_pictures(classifier *c, char **operands, size_t n)
{
    judging j = {.classifier = c, .code = EXIT_CODE_OK};
    cJSON *object = judge_begin(c);
    if (c->settings->json) j.images = cJSON_AddArrayToObject(object, "images");
    bool goes_on = true;
    for (size_t i = 0; goes_on && i < n; i++) {
        struct stat info;
        if (strcmp(operands[i], "-") == 0)
            goes_on = judge_named_on_input(&j);
        else if (stat(operands[i], &info) == 0 && S_ISDIR(info.st_mode))
            goes_on = judge_all_of(&j, operands[i]);
        else
            goes_on = judge(&j, operands[i]);
    }
    return judge_finish(c, object, j.code);
}
