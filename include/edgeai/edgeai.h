/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_EDGEAI_H
#define EDGEAI_EDGEAI_H

/**
 * @file edgeai.h
 * libedgeai: inference for small boards. This header includes all the others.
 *
 * Text from a diffusion language model:
 * @code
 * #include <stdio.h>
 * #include <edgeai/edgeai.h>
 *
 * int main(int argc, char **argv)
 * {
 *     edgeai_context *context = NULL;
 *     edgeai_generator *generator = NULL;
 *     edgeai_generation out;
 *     edgeai_status status = argc == 3 ? EDGEAI_OK : EDGEAI_E_INVALID;
 *     if (!status) status = edgeai_context_create(&context, NULL);
 *     if (!status) status = edgeai_generator_create(&generator, context, argv[1], NULL);
 *     if (!status) status = edgeai_generate(generator, argv[2], &out);
 *     if (!status)
 *         printf("%s\n", out.text);
 *     else
 *         fprintf(stderr, "%s: %s\n", edgeai_status_text(status), edgeai_last_error());
 *     edgeai_generator_free(generator);
 *     edgeai_context_free(context);
 *     return status ? 1 : 0;
 * }
 * @endcode
 */

#include <edgeai/context.h>
#include <edgeai/decode.h>
#include <edgeai/denoiser.h>
#include <edgeai/generate.h>
#include <edgeai/graph.h>
#include <edgeai/image.h>
#include <edgeai/lm.h>
#include <edgeai/model_file.h>
#include <edgeai/quantize.h>
#include <edgeai/recording.h>
#include <edgeai/reparam.h>
#include <edgeai/space.h>
#include <edgeai/spatial_prompt.h>
#include <edgeai/status.h>
#include <edgeai/tensor.h>
#include <edgeai/tokenizer.h>

#endif
