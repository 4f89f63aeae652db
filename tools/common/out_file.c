/* SPDX-License-Identifier: MIT */
#include "common/out_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool out_file_open(out_file *self, const char *path)
{
    *self = (out_file){.path = path};
    int n = snprintf(self->temporary, sizeof self->temporary, "%s.XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof self->temporary) {
        errno = ENAMETOOLONG;
        return false;
    }
    int file = mkstemp(self->temporary);
    if (file < 0) return false;
    /* mkstemp's own mode is for secrets. */
    mode_t mask = umask(0);
    umask(mask);
    if (fchmod(file, 0666 & ~mask) == 0) self->stream = fdopen(file, "w");
    if (self->stream) return true;
    int reason = errno;
    close(file);
    unlink(self->temporary);
    errno = reason;
    return false;
}

bool out_file_commit(out_file *self)
{
    bool is_ok = fflush(self->stream) == 0 && !ferror(self->stream);
    int reason = errno;
    if (fclose(self->stream) != 0 && is_ok) {
        is_ok = false;
        reason = errno;
    }
    self->stream = NULL;
    if (is_ok && rename(self->temporary, self->path) == 0) return true;
    if (is_ok) reason = errno;
    unlink(self->temporary);
    errno = reason;
    return false;
}

void out_file_abandon(out_file *self)
{
    if (!self->stream) return;
    fclose(self->stream);
    self->stream = NULL;
    unlink(self->temporary);
}
