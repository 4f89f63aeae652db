/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "kernels/logits.h"

eai_logits_summary eai_logits_nothing(void)
{
    return (eai_logits_summary){-INFINITY, -INFINITY, -INFINITY, -1, 0.0, 0.0};
}

/* exp(from - to) for a maximum that moves from `from` up to `to`. */
static double rescale(float from, float to)
{
    return from == to ? 1.0 : exp((double)from - to);
}

/* The moment about `max` of a summary whose own maximum is s->max <= max. */
static double moved_moment(const eai_logits_summary *s, float max)
{
    if (s->max == max || s->max == -INFINITY) return s->moment;
    double all = s->rest + (s->best_id >= 0 ? exp((double)s->best - s->max) : 0.0);
    return rescale(s->max, max) * (s->moment + ((double)s->max - max) * all);
}

void eai_logits_join(eai_logits_summary *whole, const eai_logits_summary *part, int32_t offset)
{
    float max = part->max > whole->max ? part->max : whole->max;
    int part_wins = part->best > whole->best;
    const eai_logits_summary *loser = part_wins ? whole : part;
    const eai_logits_summary *winner = part_wins ? part : whole;
    double rest = whole->rest * rescale(whole->max, max) + part->rest * rescale(part->max, max);
    if (loser->best_id >= 0) rest += exp((double)loser->best - max);

    eai_logits_summary joined = {
        .max = max,
        .best = winner->best,
        .second = loser->best > winner->second ? loser->best : winner->second,
        .best_id = part_wins ? part->best_id + offset : whole->best_id,
        .rest = rest,
        .moment = moved_moment(whole, max) + moved_moment(part, max),
    };
    *whole = joined;
}
