/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_BYTE_MAP_H
#define EAI_LM_BYTE_MAP_H

/*
 * GPT-2's map between the 256 bytes and 256 printable code points, in which byte-level BPE stores
 * its tokens: printable Latin-1 characters stand for themselves, the other 68 bytes for U+0100 on.
 * Source: bytes_to_unicode() of the GPT-2 release.
 */

#include <stdint.h>

uint32_t eai_byte_to_code_point(unsigned char byte);

/* -1 when the code point stands for no byte. */
int eai_code_point_to_byte(uint32_t code_point);

#endif
