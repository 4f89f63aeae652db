/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_STATUS_H
#define EDGEAI_STATUS_H

/**
 * @file status.h
 * Status codes, the error text of the calling thread, and the library's version.
 *
 * Every function that can fail returns an edgeai_status: 0 for success, a negative value
 * otherwise. The codes are few, so that a caller can act on them; the text says the rest: what
 * failed, where, what was expected and what was found.
 */

/** Marks what the shared library exports. */
#if defined(__GNUC__) || defined(__clang__)
#define EDGEAI_API __attribute__((visibility("default")))
#else
#define EDGEAI_API
#endif

/**
 * Initializer of a struct that starts with struct_size: that set, all else zero. C++17 has no
 * designated initializers, so there a lambda makes the value.
 */
#ifdef __cplusplus
#define EDGEAI_SIZED_INIT(type)                                                                    \
    []() {                                                                                         \
        type init = {};                                                                            \
        init.struct_size = sizeof(type);                                                           \
        return init;                                                                               \
    }()
#else
#define EDGEAI_SIZED_INIT(type)                                                                    \
    {                                                                                              \
        .struct_size = sizeof(type)                                                                \
    }
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_VERSION_MAJOR 0 /**< Of this header; until 1, each minor version may change. */
#define EDGEAI_VERSION_MINOR 1 /**< The interface is compatible within one. */
#define EDGEAI_VERSION_PATCH 0 /**< Mends only. */

/** What a fallible function returns. Numbers are never reused. */
typedef enum edgeai_status {
    EDGEAI_OK = 0,
    EDGEAI_E_INVALID = -1,     /**< An argument is NULL or outside its documented range. */
    EDGEAI_E_MEMORY = -2,      /**< An allocation failed; nothing was changed. */
    EDGEAI_E_SHAPE = -3,       /**< Sizes do not fit together. */
    EDGEAI_E_DTYPE = -4,       /**< The element type is not the expected one. */
    EDGEAI_E_FORMAT = -5,      /**< A file or text is damaged or not of the expected format. */
    EDGEAI_E_VERSION = -6,     /**< The format is known, this version of it is not. */
    EDGEAI_E_IO = -7,          /**< The system could not open, read or write a file. */
    EDGEAI_E_NOT_FOUND = -8,   /**< A key, tensor, file or name does not exist. */
    EDGEAI_E_UNSUPPORTED = -9, /**< Valid, but outside what this library does. */
    EDGEAI_E_CANCELLED = -10,  /**< The caller's callback asked to stop. */
    EDGEAI_E_LIMIT =
        -11, /**< A buffer or a stated limit is too small; the text says by how much. */
    EDGEAI_E_INTERNAL = -12 /**< A defect of this library; please report it. */
} edgeai_status;

/**
 * The code's symbol, for logs: "EDGEAI_E_FORMAT".
 * @param status Any value.
 * @return A static string; "EDGEAI_E_UNKNOWN" for a value that is no code. Never NULL.
 * Threads: safe.
 */
EDGEAI_API const char *edgeai_status_name(edgeai_status status);

/**
 * The code's meaning in a few words: "damaged file or wrong format".
 * @param status Any value.
 * @return A static string, never NULL.
 * Threads: safe.
 */
EDGEAI_API const char *edgeai_status_text(edgeai_status status);

/**
 * The sentence that the last failing call on this thread left: what, where, expected, found.
 * @return A string owned by the thread, valid until its next failing call; "" if none failed yet.
 *         Never NULL. Meaningful only straight after a call that returned an error.
 * Threads: each thread has its own.
 */
EDGEAI_API const char *edgeai_last_error(void);

/**
 * The version of the library in use (not of the header): "0.1.0".
 * @return A static string.
 * Threads: safe.
 */
EDGEAI_API const char *edgeai_version(void);

#ifdef __cplusplus
}
#endif
#endif
