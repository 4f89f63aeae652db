/* SPDX-License-Identifier: MIT */
#include "space/ransac_motion.h"

#include <math.h>

#include "base/rng.h"
#include "space/pose.h"
#include "space/surface.h"

#define ROUNDS_MAX 1500
#define SURE       1e-3 /* that no good sample was drawn */
#define SIDE_OFF   0.05 /* of a triangle's sides in the two frames */
#define SIDE_LEAST 0.05 /* metres */
#define AREA_LEAST 1e-3 /* square metres: thinner triangles do not tell how the frame is turned */
#define NEAR_M     0.03

static double distance(const double a[3], const double b[3])
{
    double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return sqrt(x * x + y * y + z * z);
}

static double twice_area(const double a[3], const double b[3], const double c[3])
{
    double u[3], v[3];
    for (int k = 0; k < 3; k++) {
        u[k] = b[k] - a[k];
        v[k] = c[k] - a[k];
    }
    double x = u[1] * v[2] - u[2] * v[1], y = u[2] * v[0] - u[0] * v[2];
    double z = u[0] * v[1] - u[1] * v[0];
    return sqrt(x * x + y * y + z * z);
}

static bool sides_agree(const eai_point_pair *a, const eai_point_pair *b)
{
    double p = distance(a->p, b->p), q = distance(a->q, b->q);
    return p > SIDE_LEAST && fabs(p - q) < SIDE_OFF * (p > q ? p : q) + 0.01;
}

static bool draw_sample(const eai_point_pair *pairs, size_t n, eai_rng *rng,
                        eai_point_pair sample[3])
{
    size_t pick[3];
    for (int i = 0; i < 3; i++)
        pick[i] = (size_t)eai_rng_below(rng, n);
    if (pick[0] == pick[1] || pick[0] == pick[2] || pick[1] == pick[2]) return false;
    const eai_point_pair *a = &pairs[pick[0]], *b = &pairs[pick[1]], *c = &pairs[pick[2]];
    if (!sides_agree(a, b) || !sides_agree(a, c) || !sides_agree(b, c)) return false;
    if (twice_area(a->p, b->p, c->p) < 2 * AREA_LEAST) return false;
    for (int i = 0; i < 3; i++) {
        sample[i] = pairs[pick[i]];
        sample[i].weight = 1;
    }
    return true;
}

static double gate_of(const eai_point_pair *pair)
{
    double far = pair->p[2] > pair->q[2] ? pair->p[2] : pair->q[2];
    double gate = 3 * eai_depth_sigma(far);
    return gate > NEAR_M ? gate : NEAR_M;
}

static bool agrees(const eai_point_pair *pair, const edgeai_pose *motion)
{
    double moved[3];
    eai_pose_apply(motion, pair->p, moved);
    return distance(moved, pair->q) < gate_of(pair);
}

static size_t count_agreeing(const eai_point_pair *pairs, size_t n, const edgeai_pose *motion)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += agrees(&pairs[i], motion);
    return count;
}

/* Rounds after which a sample of agreeing pairs alone has been drawn with near certainty. */
static size_t rounds_needed(size_t agreeing, size_t n)
{
    double w = (double)agreeing / (double)n, miss = 1 - w * w * w;
    if (miss < 1e-9) return 1;
    double rounds = log(SURE) / log(miss);
    return rounds < ROUNDS_MAX ? (size_t)rounds + 1 : ROUNDS_MAX;
}

static size_t search(const eai_point_pair *pairs, size_t n, uint64_t seed, edgeai_pose *motion)
{
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    size_t best = 0, rounds = ROUNDS_MAX;
    for (size_t tries = 0, round = 0; round < rounds && tries < 20 * ROUNDS_MAX; tries++) {
        eai_point_pair sample[3];
        edgeai_pose candidate;
        if (!draw_sample(pairs, n, &rng, sample)) { /* costs a twentieth of one that is tried */
            round += tries % 20 == 0;
            continue;
        }
        round++;
        if (!eai_rigid_fit(sample, 3, &candidate, NULL)) continue;
        size_t count = count_agreeing(pairs, n, &candidate);
        if (count <= best) continue;
        best = count;
        *motion = candidate;
        rounds = rounds_needed(count, n);
    }
    return best;
}

/* Agreeing pairs first, both parts in their order. */
static size_t part(eai_point_pair *pairs, size_t n, const edgeai_pose *motion)
{
    size_t front = 0;
    for (size_t i = 0; i < n; i++) {
        if (!agrees(&pairs[i], motion)) continue;
        eai_point_pair pair = pairs[i];
        for (size_t k = i; k > front; k--)
            pairs[k] = pairs[k - 1];
        pairs[front++] = pair;
    }
    return front;
}

size_t eai_ransac_motion(eai_point_pair *pairs, size_t n, size_t least, uint64_t seed,
                         edgeai_pose *motion)
{
    if (n < 3 || n < least || search(pairs, n, seed, motion) < least) return 0;
    size_t agreeing = 0;
    for (int fit = 0; fit < 2; fit++) {
        agreeing = part(pairs, n, motion);
        if (agreeing < least || !eai_rigid_fit(pairs, agreeing, motion, NULL)) return 0;
    }
    agreeing = part(pairs, n, motion);
    return agreeing < least ? 0 : agreeing;
}
