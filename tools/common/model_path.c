/* SPDX-License-Identifier: MIT */
#include "common/model_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/exit_code.h"

static bool is_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

/* One folder, or the file itself; n bytes of `place`. */
static bool look(const char *place, size_t n, const char *name, char *out, size_t capacity)
{
    static const char *const forms[] = {"%.*s/%s/%s.gguf", "%.*s/%s.gguf"};
    int length = snprintf(out, capacity, "%.*s", (int)n, place);
    if (n > 5 && memcmp(place + n - 5, ".gguf", 5) == 0 && (size_t)length < capacity)
        return is_file(out);
    length = snprintf(out, capacity, forms[0], (int)n, place, name, name);
    if (length > 0 && (size_t)length < capacity && is_file(out)) return true;
    length = snprintf(out, capacity, forms[1], (int)n, place, name);
    return length > 0 && (size_t)length < capacity && is_file(out);
}

bool model_path_find(const char *name, char *out, size_t capacity)
{
    const char *variable = getenv("EDGEAI_MODEL_PATH");
    for (const char *at = variable ? variable : ""; *at;) {
        size_t n = strcspn(at, ":");
        if (n > 0 && look(at, n, name, out, capacity)) return true;
        at += n + (at[n] == ':');
    }
    static const char *const places[] = {EDGEAI_TOOLS_INSTALLED_MODELS, EDGEAI_TOOLS_SOURCE_MODELS};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (look(places[i], strlen(places[i]), name, out, capacity)) return true;
    snprintf(out, capacity, "EDGEAI_MODEL_PATH (%s), %s, %s",
             variable && *variable ? variable : "not set", places[0], places[1]);
    return false;
}

const char *model_path_choose(const char *program, const char *given, char *place, size_t capacity)
{
    const char *name = given ? given : MODEL_PATH_BUNDLED;
    if (strpbrk(name, "/.")) return file_check(program, name) == EXIT_CODE_OK ? name : NULL;
    if (!model_path_find(name, place, capacity)) {
        fprintf(stderr, "%s: no model '%s' in: %s\n", program, name, place);
        return NULL;
    }
    return file_check(program, place) == EXIT_CODE_OK ? place : NULL;
}
