/* SPDX-License-Identifier: MIT */
/*
 * Task files, one JSON object a line: our own (docs/formats/task-file.md), and GSM8K's, whose
 * answers end in "#### N" and are compared by that number alone (arXiv 2110.14168).
 */
#include <stdio.h>
#include <string.h>

#include <edgeai/generate.h>

#include "base/fail.h"
#include "base/json.h"
#include "base/memory.h"
#include "generate/last_number.h"
#include "platform/context_internal.h"
#include "platform/mapped_file.h"

enum { VERSION_READ = 1, WHAT_BYTES = 300 };

static const char gsm8k_mark[] = "####";

struct edgeai_tasks {
    const edgeai_allocator *allocator;
    edgeai_task *tasks; /* [n]; their texts are our own copies */
    size_t n, capacity;
};

static edgeai_status copy_text(const edgeai_tasks *tasks, const char *text, size_t n,
                               const char **out)
{
    char *copy = eai_allocate(tasks->allocator, n + 1, "task");
    if (!copy) return EDGEAI_E_MEMORY;
    memcpy(copy, text, n);
    *out = copy;
    return EDGEAI_OK;
}

static void release_text(const edgeai_tasks *tasks, const char *text)
{
    if (text) eai_release(tasks->allocator, (char *)(size_t)text, strlen(text) + 1);
}

static edgeai_status grow(edgeai_tasks *tasks)
{
    if (tasks->n < tasks->capacity) return EDGEAI_OK;
    size_t capacity = tasks->capacity ? 2 * tasks->capacity : 256, bytes;
    if (!eai_size_multiply(capacity, sizeof *tasks->tasks, &bytes))
        return eai_fail(EDGEAI_E_LIMIT, "tasks: %zu problems", tasks->n);
    edgeai_task *bigger = eai_reallocate(tasks->allocator, tasks->tasks,
                                         tasks->capacity * sizeof *tasks->tasks, bytes, "tasks");
    if (!bigger) return EDGEAI_E_MEMORY;
    tasks->tasks = bigger;
    tasks->capacity = capacity;
    return EDGEAI_OK;
}

static edgeai_status check_version(const cJSON *object, const char *what)
{
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(object, "version");
    if (!version) return EDGEAI_OK;
    if (!cJSON_IsNumber(version))
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: key \"version\": expected a number, found another "
                        "type",
                        what);
    if (version->valuedouble != VERSION_READ)
        return eai_fail(EDGEAI_E_VERSION, "%s: key \"version\": expected %d, found %g", what,
                        VERSION_READ, version->valuedouble);
    return EDGEAI_OK;
}

/* Our own form. */
static edgeai_status read_own(const edgeai_tasks *tasks, const cJSON *object, const char *what,
                              edgeai_task *task)
{
    const char *id = "", *prompt, *answer;
    EAI_TRY(check_version(object, what));
    if (cJSON_GetObjectItemCaseSensitive(object, "id"))
        EAI_TRY(eai_json_string(object, "id", what, &id));
    EAI_TRY(eai_json_string(object, "prompt", what, &prompt));
    EAI_TRY(eai_json_string(object, "answer", what, &answer));
    EAI_TRY(copy_text(tasks, id, strlen(id), &task->id));
    EAI_TRY(copy_text(tasks, prompt, strlen(prompt), &task->prompt));
    return copy_text(tasks, answer, strlen(answer), &task->answer);
}

/* GSM8K's: the expected number is the last one, behind "####". */
static edgeai_status read_gsm8k(const edgeai_tasks *tasks, const cJSON *object, const char *what,
                                edgeai_task *task)
{
    const char *question, *answer;
    EAI_TRY(eai_json_string(object, "question", what, &question));
    EAI_TRY(eai_json_string(object, "answer", what, &answer));
    const char *mark = strstr(answer, gsm8k_mark);
    size_t begin = 0, end = 0;
    const char *number = mark ? mark + sizeof gsm8k_mark - 1 : answer;
    if (!mark || !eai_last_number(number, &begin, &end))
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: key \"answer\": expected \"#### \" and a number at its end, found "
                        "none",
                        what);
    task->is_number = true;
    EAI_TRY(copy_text(tasks, "", 0, &task->id));
    EAI_TRY(copy_text(tasks, question, strlen(question), &task->prompt));
    return copy_text(tasks, number + begin, end - begin, &task->answer);
}

static edgeai_status read_line(edgeai_tasks *tasks, const char *line, size_t n, const char *what)
{
    cJSON *object;
    EAI_TRY(eai_json_parse(&object, line, n, what));
    edgeai_status status = grow(tasks);
    if (status == EDGEAI_OK) {
        edgeai_task *task = &tasks->tasks[tasks->n++];
        *task = (edgeai_task){0};
        bool is_gsm8k = cJSON_HasObjectItem(object, "question");
        status =
            is_gsm8k ? read_gsm8k(tasks, object, what, task) : read_own(tasks, object, what, task);
    }
    cJSON_Delete(object);
    return status;
}

static bool is_blank(const char *line, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strchr(" \t\r", line[i]) || !line[i]) return false;
    return true;
}

static edgeai_status read_lines(edgeai_tasks *tasks, const char *bytes, size_t n_bytes,
                                const char *path)
{
    size_t number = 0;
    for (const char *line = bytes, *end = bytes + n_bytes; line < end; number++) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) stop = end;
        char what[WHAT_BYTES];
        snprintf(what, sizeof what, "%.240s, line %zu", path, number + 1);
        if (!is_blank(line, (size_t)(stop - line)))
            EAI_TRY(read_line(tasks, line, (size_t)(stop - line), what));
        line = stop + 1;
    }
    if (tasks->n == 0)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected a problem in each line, found none", path);
    return EDGEAI_OK;
}

edgeai_status edgeai_tasks_open(edgeai_tasks **out, edgeai_context *context, const char *path)
{
    if (out) *out = NULL;
    if (!out || !context || !path)
        return eai_fail(EDGEAI_E_INVALID, "tasks: %s is NULL",
                        !out       ? "out"
                        : !context ? "context"
                                   : "path");
    eai_mapped_file file;
    EAI_TRY(eai_mapped_file_open(&file, path));
    edgeai_tasks *tasks = eai_allocate(&context->allocator, sizeof *tasks, "tasks");
    edgeai_status status = EDGEAI_E_MEMORY;
    if (tasks) {
        tasks->allocator = &context->allocator;
        status = read_lines(tasks, (const char *)file.bytes, file.n_bytes, path);
    }
    eai_mapped_file_close(&file);
    if (status == EDGEAI_OK)
        *out = tasks;
    else
        edgeai_tasks_free(tasks);
    return status;
}

void edgeai_tasks_free(edgeai_tasks *tasks)
{
    if (!tasks) return;
    const edgeai_allocator *allocator = tasks->allocator;
    for (size_t i = 0; i < tasks->n; i++) {
        release_text(tasks, tasks->tasks[i].id);
        release_text(tasks, tasks->tasks[i].prompt);
        release_text(tasks, tasks->tasks[i].answer);
    }
    eai_release(allocator, tasks->tasks, tasks->capacity * sizeof *tasks->tasks);
    eai_release(allocator, tasks, sizeof *tasks);
}

size_t edgeai_tasks_count(const edgeai_tasks *tasks)
{
    return tasks->n;
}

const edgeai_task *edgeai_tasks_get(const edgeai_tasks *tasks, size_t index)
{
    return index < tasks->n ? &tasks->tasks[index] : NULL;
}

/* The text without blanks around it. */
static size_t trim(const char **text)
{
    static const char blanks[] = " \t\r\n\v\f";
    *text += strspn(*text, blanks);
    size_t n = strlen(*text);
    while (n > 0 && strchr(blanks, (*text)[n - 1]))
        n--;
    return n;
}

bool edgeai_task_is_correct(const edgeai_task *task, const char *text)
{
    if (task->is_number) return eai_same_last_number(task->answer, text);
    const char *expected = task->answer;
    size_t n_expected = trim(&expected), n = trim(&text);
    return n == n_expected && memcmp(expected, text, n) == 0;
}
