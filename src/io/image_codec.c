/* SPDX-License-Identifier: MIT */

/*
 * The stb headers take their memory from macros without an argument, so the allocator of the call
 * at work is found through a thread's own pointer, set during that call alone.
 *
 * Where stb runs out of memory it does not always look (its PNG writer goes on with the old, full
 * block), and where it finds itself wrong it asserts. Both leave by longjmp() instead: stb's code
 * holds nothing but memory, and all of that is in the list of blocks.
 */

#include "io/image_codec.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "io/image_internal.h"

/* In front of each block handed to stb; a whole EAI_ALIGNMENT, so that stb's part is aligned. */
typedef struct codec_block {
    struct codec_block *previous, *next;
    size_t bytes; /* without this head */
} codec_block;

#define HEAD EAI_ALIGNMENT
_Static_assert(sizeof(codec_block) <= HEAD, "the head of a block has its place");

typedef enum codec_stop { STOP_MEMORY = 1, STOP_BUDGET, STOP_ASSERTION } codec_stop;

typedef struct codec {
    const edgeai_allocator *allocator;
    codec_block *blocks;
    size_t bytes_left; /* that it may still take */
    size_t budget;
    codec_stop stop; /* why it was left, or 0 */
    void *result;
    int width, height, n_channels, n_bytes;
    jmp_buf escape;
} codec;

static _Thread_local codec *at_work;

static _Noreturn void leave(codec_stop why)
{
    at_work->stop = why;
    longjmp(at_work->escape, 1);
}

static codec_block *head_of(void *memory)
{
    return (codec_block *)(void *)((char *)memory - HEAD);
}

static void unlink_block(codec *owner, codec_block *block)
{
    if (block->previous)
        block->previous->next = block->next;
    else
        owner->blocks = block->next;
    if (block->next) block->next->previous = block->previous;
    owner->bytes_left += block->bytes;
}

/* Zeroed: what a damaged file leaves out has a value then, the same in every run. */
static void *codec_allocate(size_t bytes)
{
    codec *owner = at_work;
    if (bytes == 0) bytes = 1;
    if (bytes > owner->bytes_left) leave(STOP_BUDGET);
    codec_block *block = eai_allocate(owner->allocator, bytes + HEAD, "image codec");
    if (!block) leave(STOP_MEMORY);
    *block = (codec_block){.next = owner->blocks, .bytes = bytes};
    if (owner->blocks) owner->blocks->previous = block;
    owner->blocks = block;
    owner->bytes_left -= bytes;
    return (char *)block + HEAD;
}

static void codec_free(void *memory)
{
    if (!memory) return;
    codec_block *block = head_of(memory);
    unlink_block(at_work, block);
    eai_release(at_work->allocator, block, block->bytes + HEAD);
}

static void *codec_reallocate(void *memory, size_t bytes)
{
    void *moved = codec_allocate(bytes);
    if (memory) {
        const size_t old = head_of(memory)->bytes;
        memcpy(moved, memory, old < bytes ? old : bytes);
        codec_free(memory);
    }
    return moved;
}

#define CODEC_ASSERT(x) ((x) ? (void)0 : leave(STOP_ASSERTION))

#define STBI_ASSERT(x)     CODEC_ASSERT(x)
#define STBI_MALLOC(n)     codec_allocate(n)
#define STBI_REALLOC(p, n) codec_reallocate(p, n)
#define STBI_FREE(p)       codec_free(p)
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#ifdef __ARM_NEON
#define STBI_NEON
#endif
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>

#define STBIW_ASSERT(x)     CODEC_ASSERT(x)
#define STBIW_MALLOC(n)     codec_allocate((size_t)(n))
#define STBIW_REALLOC(p, n) codec_reallocate(p, (size_t)(n))
#define STBIW_FREE(p)       codec_free(p)
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>

static void codec_begin(codec *owner, const edgeai_allocator *allocator, size_t budget)
{
    *owner = (codec){.allocator = allocator, .bytes_left = budget, .budget = budget};
}

/* Takes the result out of the list and gives back all the others, on success there are none. */
static void codec_end(codec *owner, void **block, size_t *block_bytes)
{
    at_work = owner;
    if (owner->result && block) {
        codec_block *kept = head_of(owner->result);
        unlink_block(owner, kept);
        *block = kept;
        *block_bytes = kept->bytes + HEAD;
    }
    while (owner->blocks)
        codec_free((char *)owner->blocks + HEAD);
    at_work = NULL;
}

static void run_decode(codec *owner, const unsigned char *bytes, size_t n_bytes, int n_channels)
{
    int found;
    at_work = owner;
    if (setjmp(owner->escape) == 0)
        owner->result = stbi_load_from_memory(bytes, (int)n_bytes, &owner->width, &owner->height,
                                              &found, n_channels);
    at_work = NULL;
}

/* Samples of 16 bits as the file has them, in the machine's byte order. */
static void run_decode_16(codec *owner, const unsigned char *bytes, size_t n_bytes)
{
    int found;
    at_work = owner;
    if (setjmp(owner->escape) == 0)
        owner->result =
            stbi_load_16_from_memory(bytes, (int)n_bytes, &owner->width, &owner->height, &found, 1);
    at_work = NULL;
}

static void run_info(codec *owner, const unsigned char *bytes, size_t n_bytes)
{
    at_work = owner;
    if (setjmp(owner->escape) == 0 && !stbi_info_from_memory(bytes, (int)n_bytes, &owner->width,
                                                             &owner->height, &owner->n_channels))
        owner->n_channels = 0;
    at_work = NULL;
}

static void run_encode(codec *owner, const edgeai_image *image)
{
    at_work = owner;
    if (setjmp(owner->escape) == 0)
        owner->result = stbi_write_png_to_mem(image->pixels, (int)image->row_bytes, image->width,
                                              image->height, image->n_channels, &owner->n_bytes);
    at_work = NULL;
}

/* What stb's short reasons mean to a caller; all others are damage. */
static edgeai_status status_of(const char *reason)
{
    static const char *const unsupported[] = {"only 8-bit", "no header height", "BMP RLE",
                                              "BMP JPEG/PNG", "unknown BMP"};
    if (strcmp(reason, "too large") == 0) return EDGEAI_E_LIMIT;
    for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
        if (strcmp(reason, unsupported[i]) == 0) return EDGEAI_E_UNSUPPORTED;
    return EDGEAI_E_FORMAT;
}

static edgeai_status explain(const codec *owner, const char *format, const char *name)
{
    if (owner->stop == STOP_MEMORY) return EDGEAI_E_MEMORY; /* its text is there */
    if (owner->stop == STOP_BUDGET)
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: damaged %s: expected at most %zu bytes of memory to decode it, found "
                        "that it asks for more",
                        name, format, owner->budget);
    const char *reason = owner->stop ? "contradicts itself" : stbi_failure_reason();
    if (!reason) reason = "no reason given";
    const edgeai_status status = status_of(reason);
    if (status == EDGEAI_E_UNSUPPORTED)
        return eai_fail(status, "%s: a kind of %s that is not supported (%s)", name, format,
                        reason);
    return eai_fail(status, "%s: damaged %s (%s)", name, format, reason);
}

/* Size and channels, looked at before anything large is allocated. */
static edgeai_status examine(codec *owner, const unsigned char *bytes, size_t n_bytes,
                             const char *format, const char *name)
{
    run_info(owner, bytes, n_bytes);
    if (owner->stop) return explain(owner, format, name);
    if (owner->n_channels == 0) {
        /* It tried all formats, so its reason is of the last one; decoding stops for the first. */
        run_decode(owner, bytes, n_bytes, 0);
        return explain(owner, format, name);
    }
    /* A BMP that runs from top to bottom has its height negated. */
    if (owner->height < 0 && owner->height >= -EDGEAI_IMAGE_SIDE_MAX)
        owner->height = -owner->height;
    return eai_image_check_size(owner->width, owner->height, name);
}

/* Enough for every file that is what it says: 16-bit RGBA on its way to 8 bits, all coefficients of
 * a progressive JPEG in whole blocks, compressed data joined in a block that doubles. */
static size_t budget_for(const codec *owner, size_t n_bytes)
{
    enum { BASE = 1 << 20, PER_PIXEL = 48, PER_BYTE = 4, BLOCK = 32 };
    return BASE + PER_BYTE * n_bytes +
           PER_PIXEL * ((size_t)owner->width + BLOCK) * ((size_t)owner->height + BLOCK);
}

/* Looks at the file and, if it is fine, begins anew with memory for `n_bits` of each sample. */
static edgeai_status decode(codec *owner, const edgeai_allocator *allocator,
                            const unsigned char *bytes, size_t n_bytes, const char *format,
                            const char *name, int n_bits)
{
    codec_begin(owner, allocator, (size_t)1 << 20);
    const edgeai_status status = examine(owner, bytes, n_bytes, format, name);
    codec_end(owner, NULL, NULL);
    if (status != EDGEAI_OK) return status;

    const int n_channels = owner->n_channels < 3 ? 1 : 3;
    const int width = owner->width, height = owner->height;
    codec_begin(owner, allocator, budget_for(owner, n_bytes));
    if (n_bits == 16)
        run_decode_16(owner, bytes, n_bytes);
    else
        run_decode(owner, bytes, n_bytes, n_channels);
    owner->n_channels = n_channels;
    if (owner->stop || !owner->result) return explain(owner, format, name);
    if (owner->width != width || owner->height != height)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected %d x %d pixels, found %d x %d", name, width,
                        height, owner->width, owner->height);
    return EDGEAI_OK;
}

edgeai_status eai_codec_decode(const edgeai_allocator *allocator, const unsigned char *bytes,
                               size_t n_bytes, const char *format, const char *name,
                               edgeai_image *image, void **block, size_t *block_bytes)
{
    codec owner;
    const edgeai_status status = decode(&owner, allocator, bytes, n_bytes, format, name, 8);
    if (status == EDGEAI_OK)
        *image = (edgeai_image){owner.result, owner.width, owner.height, owner.n_channels,
                                (size_t)owner.width * (size_t)owner.n_channels};
    codec_end(&owner, status == EDGEAI_OK ? block : NULL, block_bytes);
    return status;
}

edgeai_status eai_codec_decode_16(const edgeai_allocator *allocator, const unsigned char *bytes,
                                  size_t n_bytes, const char *name, const uint16_t **samples,
                                  int *width, int *height, void **block, size_t *block_bytes)
{
    codec owner;
    const edgeai_status status = decode(&owner, allocator, bytes, n_bytes, "PNG", name, 16);
    *samples = owner.result;
    *width = owner.width;
    *height = owner.height;
    codec_end(&owner, status == EDGEAI_OK ? block : NULL, block_bytes);
    return status;
}

edgeai_status eai_codec_encode_png(const edgeai_allocator *allocator, const edgeai_image *image,
                                   const unsigned char **png, size_t *n_bytes, void **block,
                                   size_t *block_bytes)
{
    codec owner;
    codec_begin(&owner, allocator, SIZE_MAX / 2);
    run_encode(&owner, image);
    edgeai_status status = EDGEAI_OK;
    if (owner.stop == STOP_MEMORY)
        status = EDGEAI_E_MEMORY;
    else if (owner.stop || !owner.result)
        status = eai_fail(EDGEAI_E_INTERNAL, "the PNG encoder failed");
    *png = owner.result;
    *n_bytes = (size_t)owner.n_bytes;
    codec_end(&owner, status == EDGEAI_OK ? block : NULL, block_bytes);
    return status;
}
