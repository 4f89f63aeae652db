/* SPDX-License-Identifier: MIT */
#include "kernels/low_bit.h"

/* Trit i of byte a: two bits of a two's complement number; and whether bit i of m is set. */
#define TRIT(a, i) (((a) >> (2 * (i)) & 1) - 2 * ((a) >> (2 * (i) + 1) & 1))
#define BIT(m, i)  ((m) >> (i)&1)

#define SET(a, m)                                                                                  \
    (BIT(m, 0) * TRIT(a, 0) + BIT(m, 1) * TRIT(a, 1) + BIT(m, 2) * TRIT(a, 2) +                    \
     BIT(m, 3) * TRIT(a, 3))
#define SIGN(a, m) (2 * SET(a, m) - SET(a, 15))

#define TABLE(entry, a)                                                                            \
    {                                                                                              \
        entry(a, 0), entry(a, 1), entry(a, 2), entry(a, 3), entry(a, 4), entry(a, 5), entry(a, 6), \
            entry(a, 7), entry(a, 8), entry(a, 9), entry(a, 10), entry(a, 11), entry(a, 12),       \
            entry(a, 13), entry(a, 14), entry(a, 15)                                               \
    }
#define TABLES_4(entry, a)                                                                         \
    TABLE(entry, a), TABLE(entry, (a) + 1), TABLE(entry, (a) + 2), TABLE(entry, (a) + 3)
#define TABLES_16(entry, a)                                                                        \
    TABLES_4(entry, a), TABLES_4(entry, (a) + 4), TABLES_4(entry, (a) + 8),                        \
        TABLES_4(entry, (a) + 12)
#define TABLES_64(entry, a)                                                                        \
    TABLES_16(entry, a), TABLES_16(entry, (a) + 16), TABLES_16(entry, (a) + 32),                   \
        TABLES_16(entry, (a) + 48)
#define TABLES_256(entry)                                                                          \
    {                                                                                              \
        TABLES_64(entry, 0), TABLES_64(entry, 64), TABLES_64(entry, 128), TABLES_64(entry, 192)    \
    }

_Alignas(64) const int8_t eai_trit_set_sums[256][16] = TABLES_256(SET);
_Alignas(64) const int8_t eai_trit_sign_sums[256][16] = TABLES_256(SIGN);
