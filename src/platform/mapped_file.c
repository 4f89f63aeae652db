/* SPDX-License-Identifier: MIT */
#include "platform/mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"

static edgeai_status fail_system(const char *what, const char *path, int error)
{
    char reason[128];
    edgeai_status status = error == ENOENT || error == ENOTDIR ? EDGEAI_E_NOT_FOUND : EDGEAI_E_IO;
    if (error == ENOMEM) status = EDGEAI_E_MEMORY;
    return eai_fail(status, "%s: cannot %s: %s", path, what,
                    strerror_r(error, reason, sizeof reason));
}

static edgeai_status map_descriptor(eai_mapped_file *file, int descriptor, const char *path)
{
    struct stat info;
    if (fstat(descriptor, &info) != 0) return fail_system("examine", path, errno);
    if (!S_ISREG(info.st_mode)) return eai_fail(EDGEAI_E_IO, "%s: not a regular file", path);
    if (info.st_size == 0) return eai_fail(EDGEAI_E_FORMAT, "%s: the file is empty", path);
    void *bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (bytes == MAP_FAILED) return fail_system("map", path, errno);
    file->bytes = bytes;
    file->n_bytes = (size_t)info.st_size;
    file->device = info.st_dev;
    file->inode = info.st_ino;
    return EDGEAI_OK;
}

edgeai_status eai_mapped_file_open(eai_mapped_file *file, const char *path)
{
    *file = (eai_mapped_file){0};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return fail_system("open", path, errno);
    edgeai_status status = map_descriptor(file, descriptor, path);
    close(descriptor);
    return status;
}

bool eai_mapped_file_is_at(const eai_mapped_file *file, const char *path)
{
    struct stat info;
    return file->bytes && stat(path, &info) == 0 && info.st_dev == file->device &&
           info.st_ino == file->inode;
}

void eai_mapped_file_close(eai_mapped_file *file)
{
    if (file->bytes) munmap((void *)(size_t)file->bytes, file->n_bytes);
    *file = (eai_mapped_file){0};
}

void eai_mapped_file_let_go(const eai_mapped_file *file, const void *begin, size_t n_bytes)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), map = (uintptr_t)file->bytes;
    const uintptr_t from = (uintptr_t)begin;
    if (!file->bytes || from < map || n_bytes > file->n_bytes ||
        from - map > file->n_bytes - n_bytes)
        return;
    const uintptr_t first = (from + page - 1) / page * page, end = (from + n_bytes) / page * page;
    /* Advice: what the system does with it does not matter to the caller. */
    if (first < end) (void)madvise((void *)first, end - first, MADV_DONTNEED);
}
