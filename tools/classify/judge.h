/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_CLASSIFY_JUDGE_H
#define TOOLS_CLASSIFY_JUDGE_H

/* What edgeai-classify does with a classifier: pictures one by one, or accuracy over a folder. Both
 * return an exit code, everything having been printed. */

#include "classify/classify.h"

/* Operands: pictures, folders of pictures, or "-": paths from standard input, one a line. */
int judge_pictures(classifier *c, char **operands, size_t n);

/* DIR/CLASS/picture. */
int judge_folder(classifier *c, const char *path);

/* The end of either: `object` gets what was measured, and is printed, if JSON was asked for; else
 * the table of steps, if it was. Takes the object. */
int judge_finish(const classifier *c, cJSON *object, int code);

/* {"schema", "version", "status", ...}: what both begin with. */
cJSON *judge_begin(const classifier *c);

/* The code for a picture that could not be judged, which was said. True: go on with others. */
bool judge_failed(const classifier *c, edgeai_status status, int *code);

#endif
