/* SPDX-License-Identifier: MIT */
/* How often pictures are taken for what the name of their folder says. */

#include <stdio.h>
#include <string.h>

#include "classify/judge.h"
#include "common/exit_code.h"
#include "common/image_folder.h"
#include "common/interrupt.h"
#include "common/progress.h"

static int refuse(const classifier *c, const char *path, const char *what, int code)
{
    fprintf(stderr, "%s: %s: %s\n", c->program, path, what);
    return code;
}

static int check(const classifier *c, const image_folder *folder, const char *path)
{
    if (!image_folder_is_labelled(folder))
        return refuse(c, path, "expected a subfolder for each class", EXIT_CODE_FILE);
    for (size_t i = 0; i < folder->n_items; i++)
        if ((size_t)folder->items[i].class_index >= c->n_scores)
            return refuse(c, path, "there are more classes than the model has scores",
                          EXIT_CODE_MODEL);
    return EXIT_CODE_OK;
}

static int judge_all(classifier *c, const image_folder *folder, confusion *counts)
{
    int code = EXIT_CODE_OK;
    progress bar;
    progress_begin(&bar, folder->n_items,
                   !c->settings->common.quiet && !c->settings->common.no_progress);
    for (size_t i = 0; i < folder->n_items && !interrupt_came(); i++) {
        const image_folder_item *item = &folder->items[i];
        double ms;
        char note[64] = "";
        if (counts->n_items > 0)
            snprintf(note, sizeof note, "%.2f %% right",
                     100.0 * (double)counts->n_correct / (double)counts->n_items);
        progress_show(&bar, i, note);
        const edgeai_status status = classifier_run(c, item->path, &ms);
        if (status == EDGEAI_OK)
            confusion_add(counts, item->class_index, c->top, c->n_top);
        else if (!judge_failed(c, status, &code))
            break;
    }
    progress_end(&bar);
    return code;
}

static bool print(const classifier *c, const confusion *counts)
{
    const double n = counts->n_items ? (double)counts->n_items : 1;
    printf("right: %.2f %% of %zu pictures", 100.0 * (double)counts->n_correct / n,
           counts->n_items);
    if (c->n_top > 1)
        printf("; among the first %zu: %.2f %%", c->n_top, 100.0 * (double)counts->n_in_top / n);
    fputs("\n\n", stdout);
    return confusion_print(counts, c, stdout);
}

static int judge(classifier *c, const image_folder *folder)
{
    confusion counts;
    if (!confusion_open(&counts, c->n_scores)) {
        fprintf(stderr, "%s: out of memory\n", c->program);
        return EXIT_CODE_MEMORY;
    }
    int code = judge_all(c, folder, &counts);
    cJSON *object = judge_begin(c);
    if (c->settings->json)
        confusion_json(&counts, c, object);
    else if (!print(c, &counts))
        code = EXIT_CODE_RUN;
    confusion_close(&counts);
    return judge_finish(c, object, code);
}

int judge_folder(classifier *c, const char *path)
{
    image_folder folder = {0};
    int code = EXIT_CODE_FILE;
    if (image_folder_open(&folder, c->program, path, c->labels, c->n_labels)) {
        image_folder_sample(&folder, (size_t)c->settings->n_limit);
        code = check(c, &folder, path);
        if (c->n_labels == 0) {
            c->labels = (const char *const *)folder.classes;
            c->n_labels = folder.n_classes;
        }
        if (code == EXIT_CODE_OK) code = judge(c, &folder);
    }
    c->n_labels = 0; /* they may be the folder's */
    image_folder_free(&folder);
    return code;
}
