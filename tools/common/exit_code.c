/* SPDX-License-Identifier: MIT */
#include "common/exit_code.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/safe_text.h"

int exit_code_of(edgeai_status status)
{
    switch (status) {
    case EDGEAI_OK:
        return EXIT_CODE_OK;
    case EDGEAI_E_INVALID:
        return EXIT_CODE_USAGE;
    case EDGEAI_E_IO:
        return EXIT_CODE_FILE;
    case EDGEAI_E_MEMORY:
        return EXIT_CODE_MEMORY;
    case EDGEAI_E_SHAPE:
    case EDGEAI_E_DTYPE:
    case EDGEAI_E_FORMAT:
    case EDGEAI_E_VERSION:
    case EDGEAI_E_NOT_FOUND:
    case EDGEAI_E_UNSUPPORTED:
        return EXIT_CODE_MODEL;
    case EDGEAI_E_CANCELLED:
    case EDGEAI_E_LIMIT:
    case EDGEAI_E_INTERNAL:
        break;
    }
    return EXIT_CODE_RUN;
}

int exit_with_error(const char *program, edgeai_status status)
{
    const char *sentence = edgeai_last_error();
    fprintf(stderr, "%s: ", program);
    if (!*sentence) sentence = edgeai_status_text(status);
    safe_text_print(stderr, sentence, strlen(sentence));
    fputc('\n', stderr);
    return exit_code_of(status);
}

int file_check(const char *program, const char *path)
{
    struct stat info;
    const char *reason = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0 || fstat(file, &info) != 0)
        reason = strerror(errno);
    else if (S_ISDIR(info.st_mode))
        reason = strerror(EISDIR);
    else if (!S_ISREG(info.st_mode))
        reason = "not a regular file";
    if (file >= 0) close(file);
    if (!reason) return EXIT_CODE_OK;
    fprintf(stderr, "%s: cannot read '%s': %s\n", program, path, reason);
    return EXIT_CODE_FILE;
}
