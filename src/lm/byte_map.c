/* SPDX-License-Identifier: MIT */
#include "lm/byte_map.h"

/* The bytes that do not stand for themselves come in three runs; each keeps its order. */
enum {
    RUN_1_FIRST = 0x00,
    RUN_1_LAST = 0x20, /* control characters and space: U+0100 on */
    RUN_2_FIRST = 0x7f,
    RUN_2_LAST = 0xa0, /* DEL, C1 and no-break space: U+0121 on */
    RUN_3 = 0xad,      /* soft hyphen: U+0143 */
    RUN_1_TO = 0x100,
    RUN_2_TO = RUN_1_TO + RUN_1_LAST - RUN_1_FIRST + 1,
    RUN_3_TO = RUN_2_TO + RUN_2_LAST - RUN_2_FIRST + 1
};

uint32_t eai_byte_to_code_point(unsigned char byte)
{
    if (byte <= RUN_1_LAST) return (uint32_t)byte + RUN_1_TO;
    if (byte >= RUN_2_FIRST && byte <= RUN_2_LAST) return (uint32_t)byte - RUN_2_FIRST + RUN_2_TO;
    if (byte == RUN_3) return RUN_3_TO;
    return byte;
}

int eai_code_point_to_byte(uint32_t code_point)
{
    if (code_point > RUN_3_TO) return -1;
    if (code_point == RUN_3_TO) return RUN_3;
    if (code_point >= RUN_2_TO) return (int)code_point - RUN_2_TO + RUN_2_FIRST;
    if (code_point >= RUN_1_TO) return (int)code_point - RUN_1_TO;
    int byte = (int)code_point;
    return eai_byte_to_code_point((unsigned char)byte) == code_point ? byte : -1;
}
