/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_IMAGE_H
#define EDGEAI_IMAGE_H

/**
 * @file image.h
 * Pictures: read from JPEG, PNG, BMP, PPM and PGM files, made ready for a network, written as PNG.
 *
 * A picture becomes a network's input with three calls:
 * @code
 * edgeai_image *image = NULL;
 * edgeai_image_input_options options = EDGEAI_IMAGE_INPUT_OPTIONS_INIT;
 * options.width = options.height = 224;
 * options.fit = EDGEAI_IMAGE_CROP;
 * edgeai_status status = edgeai_image_open(&image, context, "cat.jpg");
 * if (!status) status = edgeai_image_to_input(image, context, &options, input, 3 * 224 * 224);
 * edgeai_image_free(image);
 * @endcode
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_IMAGE_SIDE_MAX   16384    /**< Pixels of the longest side of any image. */
#define EDGEAI_IMAGE_PIXELS_MAX 67108864 /**< Pixels of any image: 8192 x 8192. */

/**
 * An 8-bit image: rows from top to bottom, pixels from left to right, channels together (HWC).
 *
 * Those that edgeai_image_open(), edgeai_image_open_memory() and edgeai_image_create() return own
 * their pixels, and their fields other than the pixels' values must not be changed. Any other, such
 * as a view of a camera's frame or of a part of another image, is filled in by the caller, who
 * keeps its pixels; it is never freed with edgeai_image_free().
 */
typedef struct edgeai_image {
    uint8_t *pixels;  /**< [height][width][n_channels], 0 to 255; never NULL. */
    int width;        /**< 1 to EDGEAI_IMAGE_SIDE_MAX. */
    int height;       /**< 1 to EDGEAI_IMAGE_SIDE_MAX. */
    int n_channels;   /**< 1: grey; 3: red, green, blue. */
    size_t row_bytes; /**< From one row to the next: at least width * n_channels. */
} edgeai_image;

/**
 * Reads a picture: JPEG (baseline and progressive), PNG, BMP, and binary PPM and PGM (P6, P5).
 *
 * A picture without colours gets one channel, any other three. Four-component JPEG (CMYK) becomes
 * RGB. Alpha is dropped: pixels keep the colour that is stored for them, however transparent they
 * are. Of 16-bit PNG samples the upper eight bits are kept; PPM and PGM samples are scaled from
 * 0..maxval to 0..255. Colour profiles, gamma and EXIF orientation are not applied: a picture that
 * a camera stored lying on its side stays so.
 *
 * @param[out] out     Yours, free with edgeai_image_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the image.
 * @param[in]  path    Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND or EDGEAI_E_IO (the text names the path and the system's
 *         reason); EDGEAI_E_FORMAT (none of the formats, damaged, or cut off);
 *         EDGEAI_E_UNSUPPORTED (PPM or PGM of 16 bits or as text; arithmetic, lossless or 12-bit
 *         JPEG; compressed BMP; Apple's own PNG); EDGEAI_E_LIMIT (a side above
 *         EDGEAI_IMAGE_SIDE_MAX, more pixels than EDGEAI_IMAGE_PIXELS_MAX, a file of 2 GiB or more,
 *         a JPEG of more than 128 scans); EDGEAI_E_MEMORY; EDGEAI_E_INVALID.
 * Memory: the pixels; while decoding up to 48 bytes for each pixel and 4 for each byte of the file.
 *         The file must not be written to or cut off meanwhile. Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_image_open(edgeai_image **out, edgeai_context *context,
                                           const char *path);

/**
 * Reads a picture from a file's bytes; otherwise as edgeai_image_open().
 *
 * @param[out] out     Yours, free with edgeai_image_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the image.
 * @param[in]  data    [n_bytes], not NULL; not needed any more afterwards.
 * @param      n_bytes At least 1.
 * @return As edgeai_image_open().
 */
EDGEAI_API edgeai_status edgeai_image_open_memory(edgeai_image **out, edgeai_context *context,
                                                  const void *data, size_t n_bytes);

/**
 * Makes a black image to draw into.
 *
 * @param[out] out        Yours, free with edgeai_image_free(). NULL on failure.
 * @param[in]  context    Not NULL; must outlive the image.
 * @param      width      1 to EDGEAI_IMAGE_SIDE_MAX.
 * @param      height     1 to EDGEAI_IMAGE_SIDE_MAX; width * height <= EDGEAI_IMAGE_PIXELS_MAX.
 * @param      n_channels 1 or 3.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_LIMIT; EDGEAI_E_MEMORY.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_image_create(edgeai_image **out, edgeai_context *context, int width,
                                             int height, int n_channels);

/**
 * Frees an image and its pixels.
 * @param image From edgeai_image_open(), edgeai_image_open_memory() or edgeai_image_create(); NULL
 *              is fine.
 */
EDGEAI_API void edgeai_image_free(edgeai_image *image);

/** How a picture is brought to the size of a network's input. */
typedef enum edgeai_image_fit {
    /** Both sides as wanted, whatever that does to the proportions. */
    EDGEAI_IMAGE_STRETCH = 0,
    /** The shorter side to `shorter_side`, the longer one in proportion (rounded down), then the
     *  middle; margins that do not halve are cut at the even one of the two places. That is
     *  torchvision's Resize(shorter_side) and CenterCrop. */
    EDGEAI_IMAGE_CROP = 1,
    /** As large as fits inside in proportion, in the middle, with `fill` around it (margins that do
     *  not halve: the smaller part above and left). */
    EDGEAI_IMAGE_LETTERBOX = 2
} edgeai_image_fit;

/** How values between pixels are found. */
typedef enum edgeai_image_filter {
    /** A triangle, as wide as one pixel of the coarser image on each side, so that everything
     *  counts when a picture gets smaller. Both passes, first along rows, then along columns, round
     *  to 8 bits, with weights of 22 bits: the same bytes on every machine, and those of BILINEAR
     *  in Pillow 11.3. Pillow 13 takes the cheaper pass first, which gives a difference of 1. */
    EDGEAI_IMAGE_BILINEAR = 0,
    /** The pixel at floor((i + 1/2) * old size / new size), in whole numbers. Pillow adds up
     *  fractions, so where that falls on the edge of two pixels it may take the other one. */
    EDGEAI_IMAGE_NEAREST = 1
} edgeai_image_filter;

/** Which channels a network wants, in which order. */
typedef enum edgeai_image_channels {
    EDGEAI_IMAGE_RGB = 0, /**< Three; a grey picture gives three equal ones. */
    EDGEAI_IMAGE_BGR = 1, /**< Three, blue first. */
    /** One: luma after ITU-R BT.601, (19595 R + 38470 G + 7471 B + 32768) >> 16, taken before the
     *  size changes; the same as Pillow's convert("L"). */
    EDGEAI_IMAGE_GREY = 2
} edgeai_image_channels;

/** How the input lies in memory. */
typedef enum edgeai_image_layout {
    EDGEAI_IMAGE_NCHW = 0, /**< [channel][row][column] */
    EDGEAI_IMAGE_NHWC = 1  /**< [row][column][channel] */
} edgeai_image_layout;

/**
 * What a network wants of a picture. With x from 0 to 255, channel c of the input is
 * (x * scale - mean[c]) / std[c], computed in float64 and rounded to float32 once. All zero is the
 * default for each but width and height.
 */
typedef struct edgeai_image_input_options {
    size_t struct_size;             /**< sizeof(edgeai_image_input_options). */
    int width;                      /**< 1 to EDGEAI_IMAGE_SIDE_MAX; there is no default. */
    int height;                     /**< As width; width * height <= EDGEAI_IMAGE_PIXELS_MAX. */
    edgeai_image_fit fit;           /**< 0: stretch. */
    int shorter_side;               /**< For CROP alone, where it is at least width and height, and
                                         at most EDGEAI_IMAGE_SIDE_MAX; 0: just covers both. */
    edgeai_image_filter filter;     /**< 0: bilinear. */
    edgeai_image_channels channels; /**< 0: red, green, blue. */
    edgeai_image_layout layout;     /**< 0: NCHW. */
    uint8_t fill[3];                /**< For LETTERBOX: red, green, blue as in a picture; for GREY
                                         the first alone. 0: black. */
    double scale;                   /**< Finite; 0: 1/255. */
    double mean[3];                 /**< Finite; in the order of the input's channels. */
    double std[3];                  /**< Finite, not negative; in that order too; 0: 1.
                                         All values must fit float32. */
} edgeai_image_input_options;

/** Initializer with every field at its default; set width and height. */
#define EDGEAI_IMAGE_INPUT_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_image_input_options)

/**
 * Makes a network's input of a picture: size, channels, layout and values as `options` say.
 *
 * @param[in]  image   Not NULL; any of the documented kind.
 * @param[in]  context Not NULL.
 * @param[in]  options Not NULL.
 * @param[out] input   [n_input] float32, not NULL, laid out as options->layout says.
 * @param      n_input Exactly channels * height * width; channels is 1 for GREY, else 3.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (an argument or a field outside its range; the text says
 *         which); EDGEAI_E_SHAPE (n_input); EDGEAI_E_LIMIT (a picture or input of too many
 *         pixels); EDGEAI_E_MEMORY. After an error `input` is unchanged.
 * Memory: allocates, and gives back, weights of 4 bytes for each output column and row and each
 *         pixel that it is made of, and some rows of the width of the input.
 * Numerics: the same bytes on every machine. Threads: safe; works on the calling thread alone.
 * Source: resampling as Pillow computes it; ITU-R BT.601 for luma.
 */
EDGEAI_API edgeai_status edgeai_image_to_input(const edgeai_image *image, edgeai_context *context,
                                               const edgeai_image_input_options *options,
                                               float *input, size_t n_input);

/**
 * Writes a PNG file of 8 bits, grey or RGB. Nothing appears at `path` until it is complete.
 *
 * @param[in] image   Not NULL; any of the documented kind.
 * @param[in] context Not NULL.
 * @param[in] path    Not NULL. A file that is there is replaced.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_LIMIT (too many pixels); EDGEAI_E_IO (the text
 * names the path and the system's reason); EDGEAI_E_MEMORY. After an error nothing is left behind,
 *         and an older file at path is untouched.
 * Memory: some times the size of the pixels, given back. Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_image_write_png(const edgeai_image *image, edgeai_context *context,
                                                const char *path);

#ifdef __cplusplus
}
#endif
#endif
