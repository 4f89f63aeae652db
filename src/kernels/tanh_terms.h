/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_TANH_TERMS_H
#define EAI_KERNELS_TANH_TERMS_H

/*
 * tanh(x) = x + x^3 p(x^2) below 0.625, with the p of degree 4 whose largest relative error is the
 * least (4.4e-9; fitted for it); above, 1 - 2 / (exp(2 |x|) + 1) loses nothing any more.
 */
#define EAI_TANH_SMALL 0.625f
#define EAI_TANH_P0    -0.3333328068256378f
#define EAI_TANH_P1    0.13331441581249237f
#define EAI_TANH_P2    -0.05373971164226532f
#define EAI_TANH_P3    0.020639078691601753f
#define EAI_TANH_P4    -0.005704978480935097f

#endif
