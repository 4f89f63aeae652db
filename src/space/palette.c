/* SPDX-License-Identifier: MIT */
#include "space/palette.h"

/* Hues far apart come one after the other. Pure red is left to the star. */
const eai_rgb eai_palette[EAI_PALETTE_SIZE] = {
    {26, 110, 200},  {225, 115, 0},  {30, 140, 60},  {200, 30, 140}, {120, 80, 40},
    {0, 150, 165},   {190, 40, 70},  {120, 60, 190}, {95, 150, 15},  {60, 75, 100},
    {175, 135, 0},   {75, 130, 230}, {140, 15, 90},  {0, 105, 90},   {225, 90, 90},
    {165, 100, 210}, {105, 110, 35}, {230, 80, 165}, {45, 55, 150},  {40, 175, 110}};

eai_rgb eai_object_color(int id)
{
    return eai_palette[(id > 0 ? id - 1 : 0) % EAI_PALETTE_SIZE];
}
