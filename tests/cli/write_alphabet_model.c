/* SPDX-License-Identifier: MIT */
/* Writes the alphabet model for the programs' tests: write_alphabet_model FILE [CHAT]. */
#include "support/check.h"

#include "support/alphabet_model.h"

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    alphabet_model_write(argv[1], argc > 2 ? argv[2] : "plain", NULL);
    return 0;
}
