/* SPDX-License-Identifier: MIT */
#include "io/temporary_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/memory.h"

enum { SUFFIX_BYTES = 48, ATTEMPTS = 1000 };

static edgeai_status fail_system(const char *path, const char *what, int error)
{
    char reason[128];
    return eai_fail(EDGEAI_E_IO, "%s: cannot %s: %s", path, what,
                    strerror_r(error, reason, sizeof reason));
}

/* Not mkstemp(): that makes a file for the user alone, while this one shall get the usual mode. */
static edgeai_status open_unused_name(eai_temporary_file *file)
{
    for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
        snprintf(file->temporary, file->temporary_bytes, "%s.%ld.%u.tmp", file->path,
                 (long)getpid(), attempt);
        file->descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file->descriptor >= 0) return EDGEAI_OK;
        if (errno != EEXIST) break;
    }
    return fail_system(file->temporary, "create", errno);
}

edgeai_status eai_temporary_file_create(eai_temporary_file *file, const edgeai_allocator *allocator,
                                        const char *path)
{
    *file = (eai_temporary_file){.allocator = allocator, .descriptor = -1};
    file->path_bytes = strlen(path) + 1;
    file->temporary_bytes = file->path_bytes + SUFFIX_BYTES;
    file->path = eai_allocate(allocator, file->path_bytes, "path");
    file->temporary = eai_allocate(allocator, file->temporary_bytes, "path");
    edgeai_status status = EDGEAI_E_MEMORY;
    if (file->path && file->temporary) {
        memcpy(file->path, path, file->path_bytes);
        status = open_unused_name(file);
    }
    if (status != EDGEAI_OK) eai_temporary_file_close(file);
    return status;
}

edgeai_status eai_temporary_file_write(eai_temporary_file *file, const void *bytes, size_t n)
{
    const char *next = bytes;
    while (n > 0) {
        /* Linux writes at most 2^31 - 4096 bytes in one call. */
        ssize_t written = write(file->descriptor, next, n < (1u << 30) ? n : (1u << 30));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail_system(file->temporary, "write", errno);
        next += written;
        n -= (size_t)written;
    }
    return EDGEAI_OK;
}

edgeai_status eai_temporary_file_commit(eai_temporary_file *file)
{
    if (fsync(file->descriptor) != 0 && errno != EINVAL && errno != EROFS)
        return fail_system(file->temporary, "write", errno);
    int closed = close(file->descriptor);
    file->descriptor = -1;
    if (closed != 0 || rename(file->temporary, file->path) != 0) {
        int error = errno;
        unlink(file->temporary);
        return fail_system(file->path, "write", error);
    }
    return EDGEAI_OK;
}

void eai_temporary_file_close(eai_temporary_file *file)
{
    if (file->descriptor >= 0) {
        close(file->descriptor);
        unlink(file->temporary);
    }
    file->descriptor = -1;
    eai_release(file->allocator, file->path, file->path_bytes);
    eai_release(file->allocator, file->temporary, file->temporary_bytes);
    file->path = file->temporary = NULL;
}
