/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_RUN_PROMPT_TEXT_H
#define TOOLS_RUN_PROMPT_TEXT_H

/* Prompts from files and pipes. */

/*
 * All of a file ("-": stdin) as a string, without the newline at its end, which editors and echo
 * put there. free() it. NULL, with *code set and the reason said on stderr, when it cannot be read,
 * is longer than 16 MiB or holds a NUL byte.
 */
char *prompt_text_read(const char *program, const char *path, int *code);

#endif
