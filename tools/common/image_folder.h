/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_IMAGE_FOLDER_H
#define TOOLS_COMMON_IMAGE_FOLDER_H

/* Pictures below a folder: labelled ones, where each class is a subfolder, or a heap of them. */

#include <stdbool.h>
#include <stddef.h>

enum { IMAGE_FOLDER_NO_CLASS = -1 };

typedef struct image_folder_item {
    char *path;
    int class_index; /* into the labels, or into `classes` where there are none; or NO_CLASS */
} image_folder_item;

/* Zero before it is opened. */
typedef struct image_folder {
    image_folder_item *items; /* by class folder, then by name, both in strcmp's order */
    size_t n_items, n_items_max;
    char **classes; /* names of the subfolders, sorted */
    size_t n_classes, n_classes_max;
} image_folder;

/*
 * Lists the pictures (jpg, jpeg, png, bmp, ppm, pgm, letter case ignored) of a folder and, one
 * level deep, of its subfolders; names that begin with a dot are passed over. Pictures of a
 * subfolder belong to the class that is called like it: with labels (n_labels > 0), to the one of
 * this name, letter case ignored and "_" and " " being the same, else to the one whose number the
 * name is; a subfolder that is none of them is an error. Without labels classes count from 0 in the
 * order of their names. Pictures that lie in the folder itself have no class.
 *
 * False with the reason on stderr, after "PROGRAM: ": the folder cannot be read, no pictures at
 * all, an unknown class, a folder of a class without pictures, memory. Free it in any case.
 */
bool image_folder_open(image_folder *self, const char *program, const char *path,
                       const char *const *labels, size_t n_labels);

/* Whether every picture has a class. */
bool image_folder_is_labelled(const image_folder *self);

/* Keeps n pictures at equal distances (n 0, or more than there are: all), so that a sample of a
 * labelled folder has all classes. */
void image_folder_sample(image_folder *self, size_t n);

void image_folder_free(image_folder *self);

#endif
