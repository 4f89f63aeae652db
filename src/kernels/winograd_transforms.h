/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_WINOGRAD_TRANSFORMS_H
#define EAI_KERNELS_WINOGRAD_TRANSFORMS_H

/*
 * One dimension of Winograd's transforms, written once for every vector type: the including file
 * defines FLOATS, SHORTS and INTS with ADD_, SUB_ and SCALE_ for each (SCALE by a small constant).
 * winograd.h has the matrices.
 */

#define INLINE static inline __attribute__((always_inline))

#define EAI_WINOGRAD_INPUTS(NAME, V, ADD, SUB, SCALE)                                              \
    INLINE void NAME(V t[6], const V d[6], const int m)                                            \
    {                                                                                              \
        if (m == 2) {                                                                              \
            t[0] = SUB(d[0], d[2]);                                                                \
            t[1] = ADD(d[1], d[2]);                                                                \
            t[2] = SUB(d[2], d[1]);                                                                \
            t[3] = SUB(d[1], d[3]);                                                                \
            return;                                                                                \
        }                                                                                          \
        const V even = SUB(d[4], SCALE(d[2], 4)), odd = SUB(d[3], SCALE(d[1], 4));                 \
        const V near = SUB(d[4], d[2]), far = SCALE(SUB(d[3], d[1]), 2);                           \
        t[0] = ADD(SCALE(SUB(d[0], d[2]), 4), near);                                               \
        t[1] = ADD(even, odd);                                                                     \
        t[2] = SUB(even, odd);                                                                     \
        t[3] = ADD(near, far);                                                                     \
        t[4] = SUB(near, far);                                                                     \
        t[5] = ADD(SCALE(SUB(d[1], d[3]), 4), SUB(d[5], d[3]));                                    \
    }

#define EAI_WINOGRAD_OUTPUTS(NAME, V, ADD, SUB, SCALE)                                             \
    INLINE void NAME(V y[4], const V s[6], const int m)                                            \
    {                                                                                              \
        const V sum = ADD(s[1], s[2]), difference = SUB(s[1], s[2]);                               \
        if (m == 2) {                                                                              \
            y[0] = ADD(s[0], sum);                                                                 \
            y[1] = SUB(difference, s[3]);                                                          \
            return;                                                                                \
        }                                                                                          \
        const V far_sum = ADD(s[3], s[4]), far_difference = SUB(s[3], s[4]);                       \
        y[0] = ADD(ADD(s[0], sum), far_sum);                                                       \
        y[1] = ADD(difference, SCALE(far_difference, 2));                                          \
        y[2] = ADD(sum, SCALE(far_sum, 4));                                                        \
        y[3] = ADD(ADD(difference, SCALE(far_difference, 8)), s[5]);                               \
    }

/* For the scaled rows of the integer kernels. */
#define EAI_WINOGRAD_OUTPUTS8(NAME, V, ADD, SUB, SCALE)                                            \
    INLINE void NAME(V y[4], const V s[6], const int m)                                            \
    {                                                                                              \
        const V sum = ADD(s[1], s[2]), difference = SUB(s[1], s[2]);                               \
        if (m == 2) {                                                                              \
            y[0] = ADD(SCALE(s[0], 2), sum);                                                       \
            y[1] = SUB(difference, SCALE(s[3], 2));                                                \
            return;                                                                                \
        }                                                                                          \
        const V far_sum = ADD(s[3], s[4]), far_difference = SUB(s[3], s[4]);                       \
        y[0] = ADD(SUB(ADD(SCALE(s[0], 4), SCALE(s[0], 2)), SCALE(sum, 4)), far_sum);              \
        y[1] = SUB(far_difference, SCALE(difference, 2));                                          \
        y[2] = SUB(far_sum, sum);                                                                  \
        y[3] =                                                                                     \
            ADD(SUB(SCALE(far_difference, 2), difference), ADD(SCALE(s[5], 4), SCALE(s[5], 2)));   \
    }

/*
 * Two dimensions: LOAD(place) gives a vector of inputs, STORE(place, v) takes one of results. The
 * columns between the passes go through memory: there are more of them than registers.
 */
#define EAI_WINOGRAD_TWICE(V, ONE, SIDE, COUNT, LOAD, STORE, m)                                    \
    do {                                                                                           \
        V columns[6][6];                                                                           \
        _Pragma("GCC unroll 6") for (int j = 0; j < (SIDE); j++)                                   \
        {                                                                                          \
            V in[6], out_[6];                                                                      \
            _Pragma("GCC unroll 6") for (int i = 0; i < (SIDE); i++) in[i] = LOAD(i * (SIDE) + j); \
            ONE(out_, in, m);                                                                      \
            _Pragma("GCC unroll 6") for (int i = 0; i < (COUNT); i++) columns[i][j] = out_[i];     \
        }                                                                                          \
        _Pragma("GCC unroll 6") for (int i = 0; i < (COUNT); i++)                                  \
        {                                                                                          \
            V out_[6];                                                                             \
            ONE(out_, columns[i], m);                                                              \
            _Pragma("GCC unroll 6") for (int j = 0; j < (COUNT); j++)                              \
                STORE(i *(COUNT) + j, out_[j]);                                                    \
        }                                                                                          \
    } while (0)

#endif
