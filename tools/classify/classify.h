/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_CLASSIFY_CLASSIFY_H
#define TOOLS_CLASSIFY_CLASSIFY_H

/* What the parts of edgeai-classify share. */

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/graph.h>
#include <edgeai/image.h>

#include "common/options.h"
#include "common/report.h"

/* Choices of options, NULL at the end; "auto" first: as the model's file says. */
extern const char *const classify_fits[];
extern const char *const classify_filters[];
extern const char *const classify_channels[];
extern const char *const classify_layouts[];
extern const char *const classify_softmaxes[];
extern const char *const classify_weights[];

enum { CLASSIFY_SOFTMAX_AUTO, CLASSIFY_SOFTMAX_ON, CLASSIFY_SOFTMAX_OFF };

/* The command line. */
typedef struct classify_settings {
    const char *model, *mean, *std;
    int width, height, shorter_side;   /* 0: as the model says */
    int fit, filter, channels, layout; /* indices of the choices above */
    double scale;                      /* 0: as the model says */
    int softmax, weights;
    int64_t n_top, n_limit;
    bool labels_from_folders, profile, plain, json;
    common_options common;
} classify_settings;

/*
 * How a picture becomes input 0 (`port`): as the model's file says (`given`, NULL: it does not),
 * what that leaves open from the input's shape, and options before both. False when a list of
 * numbers cannot be read or the size stays open: *problem then says what.
 */
bool picture_input_choose(edgeai_image_input_options *out, const edgeai_image_input_options *given,
                          const edgeai_port *port, const classify_settings *settings,
                          const char **problem);

/* The same as a JSON object, and as one line of text. */
cJSON *picture_input_json(const edgeai_image_input_options *options);
void picture_input_print(const edgeai_image_input_options *options, FILE *out);

/* A network ready to judge pictures. Zero before it is opened. */
typedef struct classifier {
    const char *program;
    const classify_settings *settings;
    edgeai_context *context;
    edgeai_graph *graph;
    edgeai_session *session;
    edgeai_image_input_options input;
    edgeai_port port; /* of the input */
    void *data;
    float *values; /* [n_values]: where a picture is prepared */
    size_t n_values;
    const char *const *labels;
    size_t n_labels;
    float *scores; /* [n_scores]: of the last picture */
    size_t n_scores;
    int *top; /* [n_top]: the classes of the highest scores, the best first */
    size_t n_top;
    double load_ms, prepare_ms, run_ms; /* of all pictures together */
    size_t n_pictures;                  /* judged */
} classifier;

/* EXIT_CODE_OK, or another, everything having been said. Close it in any case. */
int classifier_open(classifier *self);
void classifier_close(classifier *self);

/* Judges the picture at `path`; *ms is its time. */
edgeai_status classifier_run(classifier *self, const char *path, double *ms);

/* The class's name, or "class N" in `room`. */
const char *classifier_label(const classifier *self, int class_index, char room[32]);

/* Scores in place: softmax, as it was asked for. */
void classify_soften(float *scores, size_t n, int softmax);

/* top[n_top]: indices of the highest scores, the lower index first among equals; NaN comes last. */
void classify_best(const float *scores, size_t n, int *top, size_t n_top);

/* How often pictures of one class were taken for another. */
typedef struct confusion {
    uint32_t *counts; /* [n][n]: of a class (row), taken for (column) */
    size_t n, n_correct, n_in_top, n_items;
} confusion;

/* False when memory is short. */
bool confusion_open(confusion *self, size_t n);
void confusion_add(confusion *self, int class_index, const int *top, size_t n_top);
void confusion_close(confusion *self);

/* A row for each class that has pictures; with up to CONFUSION_COLUMNS classes in all how often
 * they were taken for each, else for which other one most often. */
enum { CONFUSION_COLUMNS = 16 };
bool confusion_print(const confusion *self, const classifier *c, FILE *out);
void confusion_json(const confusion *self, const classifier *c, cJSON *object);

/* A row for each step of the session, times being means of a run. free it with report_free(). */
bool profile_table(report *table, const edgeai_session *session);

#endif
