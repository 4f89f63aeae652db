/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_SPATIAL_PROMPT_H
#define EDGEAI_SPATIAL_PROMPT_H

/**
 * @file spatial_prompt.h
 * What is made of a map: a picture and a text that a vision-language model reasons over, questions
 * taken apart, and answers that the map gives without any model.
 *
 * docs/maps.md tells how the two reach a model. All of it reads the map as of the last
 * edgeai_map_update(), or one that edgeai_map_open() read.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/image.h>
#include <edgeai/space.h>
#include <edgeai/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_QUESTION_OBJECTS   32    /**< Names in one question. */
#define EDGEAI_QUESTION_OPTIONS   16    /**< Options of one question. */
#define EDGEAI_QUESTION_STEPS     32    /**< Actions of a route. */
#define EDGEAI_QUESTION_BYTES_MAX 16384 /**< Of a question with its options. */

/** Words that mean the same kind of object: "couch" and "sofa". Opaque, immutable. */
typedef struct edgeai_aliases edgeai_aliases;

/**
 * Reads groups of words that mean the same: {"version":1,"groups":[["sofa","couch"], ...]}. A word
 * may consist of several ("trash bin"), stands in one group at most, and its plural need not be
 * listed. Without a file of their own, questions are read with a short list that is built in
 * (docs/maps.md); "tv" and "monitor" are different things there, as in VSI-Bench.
 *
 * @param[out] out     Yours, free with edgeai_aliases_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the aliases.
 * @param[in]  path    Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND, EDGEAI_E_IO, EDGEAI_E_FORMAT, EDGEAI_E_VERSION,
 *         EDGEAI_E_LIMIT (more than 4096 words), EDGEAI_E_MEMORY, EDGEAI_E_INVALID.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_aliases_open(edgeai_aliases **out, edgeai_context *context,
                                             const char *path);

/** Frees aliases; NULL is fine. Nothing that uses them may run. */
EDGEAI_API void edgeai_aliases_free(edgeai_aliases *aliases);

/**
 * Whether two names mean the same kind of object: case, articles, plural, blanks and hyphens do not
 * count, and aliases do. What detections are asked with for the objects of a question.
 * @param[in] aliases NULL: the list that is built in.
 * @param[in] a,b     Not NULL; any bytes.
 * Threads: safe.
 */
EDGEAI_API bool edgeai_aliases_match(const edgeai_aliases *aliases, const char *a, const char *b);

/** The kinds of questions of VSI-Bench. */
typedef enum edgeai_question_kind {
    EDGEAI_QUESTION_UNKNOWN = 0,          /**< None of the following. */
    EDGEAI_QUESTION_COUNT = 1,            /**< How many? objects[0]. */
    EDGEAI_QUESTION_DISTANCE = 2,         /**< Metres between objects[0] and objects[1]. */
    EDGEAI_QUESTION_CLOSEST = 3,          /**< To objects[0]; which of objects[1 ..]? */
    EDGEAI_QUESTION_DIRECTION_EASY = 4,   /**< At objects[0], facing [1]: where is [2]? 2 ways, */
    EDGEAI_QUESTION_DIRECTION_MEDIUM = 5, /**< left, right, back, */
    EDGEAI_QUESTION_DIRECTION_HARD = 6,   /**< or one of four quadrants. */
    EDGEAI_QUESTION_SIZE = 7,             /**< Centimetres of the longest side of objects[0]. */
    EDGEAI_QUESTION_ROOM = 8,             /**< Square metres; no objects. */
    EDGEAI_QUESTION_ORDER = 9,            /**< Of first appearance, of all objects. */
    /** Turns of a robot at objects[0] facing [1] on its way to [2]; waypoints from [3] on. */
    EDGEAI_QUESTION_ROUTE = 10
} edgeai_question_kind;

#define EDGEAI_QUESTION_KINDS 11 /**< Number of them. */

/** The kind's name in VSI-Bench: "object_counting", "route_planning"; "unknown" for UNKNOWN and any
 *  other value. A static string. */
EDGEAI_API const char *edgeai_question_kind_name(edgeai_question_kind kind);

#define EDGEAI_STEP_TURN (-1) /**< In edgeai_question.steps: a turn that is asked for. */

/** A question taken apart. Pointers belong to it. */
typedef struct edgeai_question {
    edgeai_question_kind kind; /**< UNKNOWN: none that is known. */
    /** What it is about, in the roles that the kind says: lower case, without article and plural.
     *  These are the task objects that key frames are chosen and objects kept for. */
    const char *objects[EDGEAI_QUESTION_OBJECTS];
    size_t n_objects;                             /**< 0 for a question of no known kind. */
    const char *options[EDGEAI_QUESTION_OPTIONS]; /**< Without their letters; [0] is A. */
    size_t n_options;                             /**< 0: a number or words are asked for. */
    /** Of a route: EDGEAI_STEP_TURN, or the index in `objects` of what to go forward to. */
    int steps[EDGEAI_QUESTION_STEPS];
    size_t n_steps; /**< 0: no route. */
} edgeai_question;

/**
 * Takes a question apart by VSI-Bench's wording, or something close to it. Options may follow in
 * the text ("A. left" on lines of their own, or after "Options:") or be given.
 *
 * @param[out] out       Yours, free with edgeai_question_free(). NULL on failure.
 * @param[in]  context   Not NULL; must outlive the question.
 * @param[in]  text      Not NULL; at most EDGEAI_QUESTION_BYTES_MAX bytes.
 * @param[in]  options   [n_options] NULL with 0. With or without their letters: "A. left", "left".
 * @param      n_options At most EDGEAI_QUESTION_OPTIONS.
 * @return EDGEAI_OK, also for a question of no known kind: EDGEAI_QUESTION_UNKNOWN without objects;
 *         EDGEAI_E_INVALID; EDGEAI_E_LIMIT (more names, options or steps than the struct holds, a
 *         text that is too long); EDGEAI_E_MEMORY.
 * Source: the templates of "Thinking in Space", arXiv 2412.14171. Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_question_parse(edgeai_question **out, edgeai_context *context,
                                               const char *text, const char *const *options,
                                               size_t n_options);

/** Frees a question; NULL is fine. */
EDGEAI_API void edgeai_question_free(edgeai_question *question);

/** How a picture is drawn; all zero is the default for each. */
typedef struct edgeai_map_draw_options {
    size_t struct_size;            /**< sizeof(edgeai_map_draw_options). */
    int side_px;                   /**< Width and height, 256 to 4096; 0: 768. */
    const char *question;          /**< Its objects get a thick outline, and are kept when there are
                                        too many; NULL: none. */
    const char *const *labels;     /**< [n_labels] Further such objects; NULL with 0. */
    size_t n_labels;               /**< 0: none. */
    const edgeai_aliases *aliases; /**< NULL: the list that is built in. */
    int objects_max;               /**< Most objects drawn, 1 to 1000; 0: 60. The most relevant. */
    bool only_labels;              /**< The question's objects and `labels`, no others. */
    bool facing_up;      /**< For a question "standing by A and facing B": turned so that B is above
                              A. Left and right on the picture are the questioner's then. */
    bool without_cells;  /**< No occupancy. */
    bool without_path;   /**< No camera path, key frames and star. */
    bool without_labels; /**< No tags; ids and classes are in the text alone. */
} edgeai_map_draw_options;

/** Initializer with every field at its default. */
#define EDGEAI_MAP_DRAW_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_map_draw_options)

/**
 * Draws the map from above: X right, Y up, a grid of a metre with numbers (coarser where a map is
 * large), a scale bar, every object as its box with a tag "3:chair", the camera's path, key frames
 * as numbered triangles that point where the camera looked, the last place as a red star. Tags
 * overlap neither each other nor the border; where there is no room, tags get shorter and smaller
 * before one is left out. An empty map gives an empty grid.
 *
 * @param[out] out     RGB; yours, free with edgeai_image_free(). NULL on failure.
 * @param[in]  map     Not NULL.
 * @param[in]  options NULL for all defaults.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (the text names the field); EDGEAI_E_MEMORY; those of
 *         edgeai_question_parse(); with facing_up EDGEAI_E_NOT_FOUND when the question is of
 *         another kind or the map lacks A or B.
 * Numerics: the same bytes on every run. Threads: safe.
 * Source: the visual prompt of arXiv 2602.07082; marks as in GPT4Scene, arXiv 2501.01428.
 */
EDGEAI_API edgeai_status edgeai_map_draw(edgeai_image **out, const edgeai_map *map,
                                         const edgeai_map_draw_options *options);

/**
 * Draws the same ids, in the same colours, on a frame's colour image: a tag and the outline of each
 * object's box that is in view. Where the frame has depth, objects behind something else are left
 * out.
 *
 * @param[out] out     RGB, of the colour image's size; yours. NULL on failure.
 * @param[in]  map     Not NULL.
 * @param      index   The frame's number in the map.
 * @param[in]  frame   color and camera are needed; depth, depth_camera and depth_units_per_m are
 *                     used where there; a pose in place of the map's. Other fields are not read.
 * @param[in]  options NULL for all defaults; side_px, facing_up and without_... do not matter,
 *                     but for without_labels: ids alone.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_NOT_FOUND (the frame is not connected with the map
 *         and has no pose of its own); EDGEAI_E_MEMORY; those of edgeai_question_parse().
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_map_mark_frame(edgeai_image **out, const edgeai_map *map,
                                               size_t index, const edgeai_frame *frame,
                                               const edgeai_map_draw_options *options);

/** How the map is put into words. */
typedef enum edgeai_prompt_form {
    /** JSON with metres, size, yaw and views of each object; where not all of them fit, place and
     *  size alone (of a question about order: when it was first seen). */
    EDGEAI_PROMPT_COORDINATES = 0,
    /** The cognitive map of VSI-Bench: {"chair":[[3,7],[4,2]]}, whole numbers on a grid of 10 x 10,
     *  X right, Y up. */
    EDGEAI_PROMPT_GRID = 1
} edgeai_prompt_form;

/** What goes into a prompt; all zero is the default for each. */
typedef struct edgeai_map_prompt_options {
    size_t struct_size;            /**< sizeof(edgeai_map_prompt_options). */
    edgeai_prompt_form form;       /**< 0: coordinates. */
    int token_budget;              /**< Most tokens, by estimate; 0: 2048. The most relevant objects
                                        are kept: those asked for, then those near them, then those
                                        that are most certain. */
    int objects_max;               /**< Most objects, 1 to 1000; 0: 40. */
    const char *const *options;    /**< [n_options] Of the question, where it does not hold them. */
    size_t n_options;              /**< At most EDGEAI_QUESTION_OPTIONS. */
    const char *const *labels;     /**< [n_labels] Further objects to be kept; NULL with 0. */
    size_t n_labels;               /**< 0: none. */
    const edgeai_aliases *aliases; /**< NULL: the list that is built in. */
    bool without_picture;          /**< The text speaks of no picture. */
    bool json_only;                /**< The JSON object alone. */
} edgeai_map_prompt_options;

/** Initializer with every field at its default. */
#define EDGEAI_MAP_PROMPT_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_map_prompt_options)

/** A text for a model. Free with edgeai_prompt_free(). */
typedef struct edgeai_prompt {
    const char *text;  /**< NUL-terminated UTF-8. */
    size_t n_bytes;    /**< Without the NUL. */
    int n_tokens;      /**< Estimate: a token for each digit and mark, and for four letters. Above
                            what byte-level BPE vocabularies make of it (docs/maps.md). */
    size_t n_objects;  /**< In the text. */
    size_t n_left_out; /**< Objects of the map that are not. */
} edgeai_prompt;

/**
 * Puts the map into words for a language model that sees the picture of edgeai_map_draw(), or none.
 *
 * @param[out] out      Yours, free with edgeai_prompt_free(). NULL on failure.
 * @param[in]  map      Not NULL.
 * @param[in]  options  NULL for all defaults.
 * @param[in]  question Follows the map, with how to answer; NULL: none.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (the text names the field); EDGEAI_E_LIMIT (the budget is too
 *         small for the text without any object; the text says what it needs);
 *         EDGEAI_E_MEMORY; those of edgeai_question_parse().
 * Source: the text prompt of arXiv 2602.07082; the cognitive map of arXiv 2412.14171. Threads:
 * safe.
 */
EDGEAI_API edgeai_status edgeai_map_prompt(edgeai_prompt **out, const edgeai_map *map,
                                           const edgeai_map_prompt_options *options,
                                           const char *question);

/** Frees a prompt; NULL is fine. */
EDGEAI_API void edgeai_prompt_free(edgeai_prompt *prompt);

/** How a question is answered; all zero is the default for each. */
typedef struct edgeai_map_ask_options {
    size_t struct_size;            /**< sizeof(edgeai_map_ask_options). */
    const char *const *options;    /**< [n_options] Of the question, where it does not hold them. */
    size_t n_options;              /**< At most EDGEAI_QUESTION_OPTIONS. */
    const edgeai_aliases *aliases; /**< NULL: the list that is built in. */
    double confidence_min;         /**< Below it the answer is abstained from; 0 to 1; 0: 0.2. */
} edgeai_map_ask_options;

/** Initializer with every field at its default. */
#define EDGEAI_MAP_ASK_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_map_ask_options)

/** What the map says. */
typedef struct edgeai_answer {
    edgeai_question_kind kind; /**< Of the question. */
    bool abstained;    /**< The map cannot tell; `reason` says why, `text` is a guess or empty. */
    char text[128];    /**< "B" with options, "2.9" for numbers, else words: "left". UTF-8. */
    double number;     /**< Metres, centimetres, square metres or instances; NaN for other kinds. */
    int option;        /**< Index of the option, or -1. */
    double confidence; /**< 0 to 1. */
    char reason[512];  /**< What it was computed from, in a sentence or two. UTF-8. */
} edgeai_answer;

/**
 * Answers a question from the map alone, without any model: all kinds of VSI-Bench, by the rules
 * that its answers were made with (docs/maps.md lists them). Where options are given the nearest
 * one is chosen.
 *
 * @param[in]  map      Not NULL.
 * @param[in]  question Not NULL; as for edgeai_question_parse().
 * @param[in]  options  NULL for all defaults.
 * @param[out] answer   Not NULL. Of a question of no known kind it is abstained from.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_MEMORY; those of edgeai_question_parse().
 * Source: "Thinking in Space", arXiv 2412.14171, and the question generators made after it.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_map_ask(const edgeai_map *map, const char *question,
                                        const edgeai_map_ask_options *options,
                                        edgeai_answer *answer);

/**
 * How right an answer is, after VSI-Bench: for numbers the mean relative accuracy, the share of the
 * ten thresholds 0.50, 0.55 .. 0.95 with |answer - truth| / truth <= 1 - threshold; for choices 1
 * when the first words are the same, whatever their case, else 0. No number or no word: 0.
 * @param     kind   UNKNOWN: as for choices.
 * @param[in] truth  Not NULL: "2.9", "B".
 * @param[in] answer Not NULL; anything that a model said.
 * @return 0 to 1. Threads: safe.
 */
EDGEAI_API double edgeai_answer_score(edgeai_question_kind kind, const char *truth,
                                      const char *answer);

/**
 * VSI-Bench's overall score: the mean over the kinds that occur, the three levels of directions
 * being one kind that is the mean of those that occur.
 * @param[in] sums   [EDGEAI_QUESTION_KINDS] of scores.
 * @param[in] counts [EDGEAI_QUESTION_KINDS] of questions. UNKNOWN is left out.
 * @return 0 to 1; 0 without questions. Threads: safe.
 */
EDGEAI_API double edgeai_answer_overall(const double *sums, const size_t *counts);

/** A file of questions. Opaque. */
typedef struct edgeai_question_set edgeai_question_set;

/** One of its questions; pointers belong to the set, and are NULL where the file has nothing. */
typedef struct edgeai_question_item {
    const char *text;                             /**< Never NULL. */
    const char *truth;                            /**< "ground_truth"; a number as its text. */
    const char *type;                             /**< "question_type". */
    const char *scene;                            /**< "scene_name". */
    const char *id;                               /**< "id"; a number as its text. */
    const char *options[EDGEAI_QUESTION_OPTIONS]; /**< As they stand: "A. counter". */
    size_t n_options;                             /**< 0: none. */
} edgeai_question_item;

/**
 * Reads questions with their answers: VSI-Bench's JSON lines, an array of such objects, or an
 * object that holds one under "questions".
 * @param[out] out     Yours, free with edgeai_question_set_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the set.
 * @param[in]  path    Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND, EDGEAI_E_IO, EDGEAI_E_FORMAT (the text names the line or
 *         the item), EDGEAI_E_LIMIT, EDGEAI_E_MEMORY, EDGEAI_E_INVALID.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_question_set_open(edgeai_question_set **out,
                                                  edgeai_context *context, const char *path);

/** Frees a set; NULL is fine. */
EDGEAI_API void edgeai_question_set_free(edgeai_question_set *set);

/** Number of questions. */
EDGEAI_API size_t edgeai_question_set_count(const edgeai_question_set *set);

/** One of them, borrowed; `index` is below the count. */
EDGEAI_API const edgeai_question_item *edgeai_question_set_get(const edgeai_question_set *set,
                                                               size_t index);

#ifdef __cplusplus
}
#endif
#endif
