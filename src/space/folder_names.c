/* SPDX-License-Identifier: MIT */
#include "space/folder_names.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sort.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits of a number without its leading zeros, of which one is left. */
static const char *number_at(const char *at, size_t *n)
{
    while (*at == '0' && is_digit(at[1]))
        at++;
    for (*n = 0; is_digit(at[*n]);)
        ++*n;
    return at;
}

bool eai_name_before(const char *a, const char *b)
{
    const char *whole_a = a, *whole_b = b;
    while (*a && *b) {
        if (is_digit(*a) && is_digit(*b)) {
            size_t n_a, n_b;
            a = number_at(a, &n_a);
            b = number_at(b, &n_b);
            if (n_a != n_b) return n_a < n_b;
            const int order = memcmp(a, b, n_a);
            if (order) return order < 0;
            a += n_a;
            b += n_b;
        } else {
            if (*a != *b) return (unsigned char)*a < (unsigned char)*b;
            a++;
            b++;
        }
    }
    if (*a || *b) return !*a;
    return strcmp(whole_a, whole_b) < 0; /* 01 and 1 */
}

static bool is_before(const void *user, size_t a, size_t b)
{
    const char *bytes = user;
    return eai_name_before(bytes + a, bytes + b);
}

const char *eai_folder_names_get(const eai_folder_names *names, size_t i)
{
    return names->bytes.bytes + names->starts[i];
}

void eai_folder_names_free(eai_folder_names *names)
{
    if (!names->bytes.allocator) return;
    eai_release(names->bytes.allocator, names->starts, names->capacity * sizeof *names->starts);
    eai_text_free(&names->bytes);
    *names = (eai_folder_names){0};
}

static edgeai_status add(eai_folder_names *names, const char *name)
{
    if (names->n == names->capacity) {
        const size_t wanted = names->capacity ? 2 * names->capacity : 64;
        void *bigger = eai_reallocate(names->bytes.allocator, names->starts,
                                      names->capacity * sizeof *names->starts,
                                      wanted * sizeof *names->starts, "names of a folder");
        if (!bigger) return EDGEAI_E_MEMORY;
        names->starts = bigger;
        names->capacity = wanted;
    }
    names->starts[names->n++] = names->bytes.n;
    return eai_text_append(&names->bytes, name, strlen(name) + 1) ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

edgeai_status eai_folder_names_read(eai_folder_names *names, const edgeai_allocator *allocator,
                                    const char *path, size_t n_max)
{
    *names = (eai_folder_names){.bytes.allocator = allocator};
    DIR *folder = opendir(path);
    if (!folder) {
        char reason[128];
        const int error = errno;
        return eai_fail(error == ENOENT || error == ENOTDIR ? EDGEAI_E_NOT_FOUND : EDGEAI_E_IO,
                        "%s: cannot open the folder: %s", path,
                        strerror_r(error, reason, sizeof reason));
    }
    edgeai_status status = EDGEAI_OK;
    for (struct dirent *entry; status == EDGEAI_OK && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        status = names->n < n_max
                     ? add(names, entry->d_name)
                     : eai_fail(EDGEAI_E_LIMIT, "%s: more than %zu files", path, n_max);
    }
    closedir(folder);
    if (status == EDGEAI_OK && names->n)
        eai_sort_items(names->starts, names->n, is_before, names->bytes.bytes);
    return status;
}

bool eai_frame_name(const char *path, char *name, size_t capacity)
{
    static const char *const ends[] = {".color", "-color", ".rgb", "-rgb", ".depth", "-depth"};
    const char *slash = strrchr(path, '/'), *begin = slash ? slash + 1 : path;
    const char *point = strrchr(begin, '.');
    size_t n = point && point > begin ? (size_t)(point - begin) : strlen(begin);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const size_t n_end = strlen(ends[i]);
        if (n > n_end && memcmp(begin + n - n_end, ends[i], n_end) == 0) {
            n -= n_end;
            break;
        }
    }
    if (n == 0 || n >= capacity) return false;
    memcpy(name, begin, n);
    name[n] = '\0';
    return true;
}
