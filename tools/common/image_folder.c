/* SPDX-License-Identifier: MIT */
#include "common/image_folder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "common/safe_text.h"

/* What the steps of opening share. */
typedef struct folder_search {
    image_folder *folder;
    const char *program;
    const char *const *labels;
    size_t n_labels;
} folder_search;

static bool fail(const folder_search *search, const char *what, const char *name)
{
    fprintf(stderr, "%s: ", search->program);
    safe_text_print(stderr, name, strlen(name));
    fprintf(stderr, ": %s\n", what);
    return false;
}

static bool is_picture(const char *name)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".bmp", ".ppm", ".pgm"};
    const char *ending = strrchr(name, '.');
    for (size_t i = 0; ending && i < sizeof endings / sizeof endings[0]; i++)
        if (strcasecmp(ending, endings[i]) == 0) return true;
    return false;
}

static char *join(const char *folder, const char *name)
{
    size_t n = strlen(folder) + strlen(name) + 2;
    char *path = malloc(n);
    if (path) snprintf(path, n, "%s/%s", folder, name);
    return path;
}

/* Room for one element more; false when memory is short, and the list stays as it is. */
static bool grow(void *list, size_t n, size_t *n_max, size_t element_bytes)
{
    void *old, *grown;
    if (n < *n_max) return true;
    memcpy(&old, list, sizeof old);
    size_t n_new = *n_max ? 2 * *n_max : 64;
    grown = realloc(old, n_new * element_bytes);
    if (!grown) return false;
    memcpy(list, &grown, sizeof grown);
    *n_max = n_new;
    return true;
}

static bool add_item(const folder_search *search, char *path, int class_index)
{
    image_folder *self = search->folder;
    if (!path || !grow(&self->items, self->n_items, &self->n_items_max, sizeof *self->items)) {
        free(path);
        return fail(search, "out of memory", "list of pictures");
    }
    self->items[self->n_items++] = (image_folder_item){path, class_index};
    return true;
}

static bool add_class(const folder_search *search, const char *name)
{
    image_folder *self = search->folder;
    char *copy = strdup(name);
    if (!copy ||
        !grow(&self->classes, self->n_classes, &self->n_classes_max, sizeof *self->classes)) {
        free(copy);
        return fail(search, "out of memory", "list of classes");
    }
    self->classes[self->n_classes++] = copy;
    return true;
}

static int compare_items(const void *a, const void *b)
{
    const image_folder_item *first = a, *second = b;
    return strcmp(first->path, second->path);
}

static int compare_names(const void *a, const void *b)
{
    char *const *first = a, *const *second = b;
    return strcmp(*first, *second);
}

/* Pictures of one folder; its subfolders become classes when `classes` are wanted. */
static bool list(const folder_search *search, const char *path, int class_index, bool classes)
{
    image_folder *self = search->folder;
    DIR *directory = opendir(path);
    if (!directory) return fail(search, strerror(errno), path);
    size_t n_before = self->n_items;
    bool is_ok = true;
    for (struct dirent *entry; is_ok && (entry = readdir(directory)) != NULL;) {
        struct stat info;
        if (entry->d_name[0] == '.') continue;
        char *inner = join(path, entry->d_name);
        if (inner && stat(inner, &info) != 0) {
            free(inner);
            continue;
        }
        if (!inner || (S_ISREG(info.st_mode) && is_picture(entry->d_name))) {
            is_ok = add_item(search, inner, class_index);
            continue;
        }
        if (classes && S_ISDIR(info.st_mode)) is_ok = add_class(search, entry->d_name);
        free(inner);
    }
    closedir(directory);
    if (self->n_items > n_before)
        qsort(self->items + n_before, self->n_items - n_before, sizeof *self->items, compare_items);
    return is_ok;
}

static bool is_same_name(const char *a, const char *b)
{
    for (;; a++, b++) {
        int left = *a == '_' ? ' ' : tolower((unsigned char)*a);
        int right = *b == '_' ? ' ' : tolower((unsigned char)*b);
        if (left != right) return false;
        if (left == '\0') return true;
    }
}

static int find_class(const folder_search *search, size_t number)
{
    const char *name = search->folder->classes[number];
    char *end;
    if (search->n_labels == 0) return (int)number;
    for (size_t i = 0; i < search->n_labels; i++)
        if (is_same_name(name, search->labels[i])) return (int)i;
    unsigned long index = strtoul(name, &end, 10);
    if (isdigit((unsigned char)name[0]) && *end == '\0' && index < search->n_labels)
        return (int)index;
    return IMAGE_FOLDER_NO_CLASS;
}

static bool list_class(const folder_search *search, const char *path, size_t number)
{
    image_folder *self = search->folder;
    size_t n_before = self->n_items;
    char *inner = join(path, self->classes[number]);
    if (!inner) return fail(search, "out of memory", path);
    int class_index = find_class(search, number);
    bool is_ok = class_index == IMAGE_FOLDER_NO_CLASS
                     ? fail(search, "the model has no class of this name", inner)
                     : list(search, inner, class_index, false);
    if (is_ok && self->n_items == n_before) is_ok = fail(search, "no pictures", inner);
    free(inner);
    return is_ok;
}

bool image_folder_open(image_folder *self, const char *program, const char *path,
                       const char *const *labels, size_t n_labels)
{
    const folder_search search = {self, program, labels, n_labels};
    *self = (image_folder){0};
    if (!list(&search, path, IMAGE_FOLDER_NO_CLASS, true)) return false;
    if (self->n_classes > 0)
        qsort(self->classes, self->n_classes, sizeof *self->classes, compare_names);
    for (size_t i = 0; i < self->n_classes; i++)
        if (!list_class(&search, path, i)) return false;
    return self->n_items > 0 || fail(&search, "no pictures", path);
}

bool image_folder_is_labelled(const image_folder *self)
{
    for (size_t i = 0; i < self->n_items; i++)
        if (self->items[i].class_index == IMAGE_FOLDER_NO_CLASS) return false;
    return true;
}

void image_folder_sample(image_folder *self, size_t n)
{
    if (n == 0 || n >= self->n_items) return;
    size_t n_kept = 0;
    for (size_t i = 0; i < self->n_items; i++) {
        /* The middle of each of n equal parts. */
        if (n_kept < n && i == (2 * n_kept + 1) * self->n_items / (2 * n))
            self->items[n_kept++] = self->items[i];
        else
            free(self->items[i].path);
    }
    self->n_items = n_kept;
}

void image_folder_free(image_folder *self)
{
    for (size_t i = 0; i < self->n_items; i++)
        free(self->items[i].path);
    for (size_t i = 0; i < self->n_classes; i++)
        free(self->classes[i]);
    free(self->items);
    free(self->classes);
    *self = (image_folder){0};
}
