/* SPDX-License-Identifier: MIT */
#include "space/icp.h"

#include <math.h>
#include <string.h>

#include "space/pose.h"
#include "space/small_symmetric.h"

#define HUBER_M      0.02f
#define SAME_WAY     0.5f  /* cosine between directions of one surface seen twice */
#define MEASURE_GATE 0.07f /* metres, partners of the final measurement */
#define IN_FRONT     0.08f /* metres before the target's surface: it would have been seen there */
#define POINTS_LEAST 60
#define PAIR_SIGMA   0.02 /* metres: keypoints sit on edges, and colour is never quite registered */
#define PAIR_WORTH   4.0  /* points that one keypoint counts for */
#define PAIR_HOLD                                                                                  \
    8.0 /* times that where it must be judged what holds a frame: twenty of them                   \
           beat a thousand points of a wall in telling where along it one is */
#define CONVERGED     1e-4
#define WEIGHT_FROM_M 1.5 /* nearer points count no more: calibration, not noise, limits them */

/* One pass over points of a level at a gate. */
typedef struct stage {
    int level, n_rounds;
    float gate;
} stage;

static const stage far_stages[] = {{0, 15, 0.30f}, {1, 10, 0.15f}, {1, 8, 0.07f}};
static const stage near_stages[] = {{0, 5, 0.15f}, {1, 8, 0.07f}};

/* Normal equations, and what was met on the way. */
typedef struct sums {
    double jtj[21], jtr[6]; /* upper triangle by rows */
    double weight, residual2;
    double middle[3], square; /* of the points: weighted sums of p and of |p|^2 */
    int n, n_seen, n_front;
} sums;

typedef struct mover {
    float r[9], t[3];
} mover;

static mover mover_of(const edgeai_pose *pose)
{
    mover m;
    for (int i = 0; i < 9; i++)
        m.r[i] = (float)pose->rotation[i];
    for (int i = 0; i < 3; i++)
        m.t[i] = (float)pose->translation[i];
    return m;
}

static void turn(const mover *m, const float v[3], float out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = m->r[3 * i] * v[0] + m->r[3 * i + 1] * v[1] + m->r[3 * i + 2] * v[2];
}

static float dot(const float a[3], const float b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* The target's cell that a moved point projects to; NULL outside, or where nothing was measured. */
static const eai_surface_cell *look_up(const eai_surface *target, const float p[3], float q[3])
{
    if (p[2] < (float)EAI_SURFACE_NEAR_M) return NULL;
    float u = target->fx * p[0] / p[2] + target->cx, v = target->fy * p[1] / p[2] + target->cy;
    if (!(u > -0.5f && v > -0.5f && u < (float)target->width - 0.5f &&
          v < (float)target->height - 0.5f))
        return NULL;
    int column = (int)(u + 0.5f), row = (int)(v + 0.5f);
    const eai_surface_cell *cell = &target->cells[row * target->width + column];
    if (cell->z == 0) return NULL;
    eai_surface_position(target, column, row, q);
    return cell;
}

static void add_row(sums *s, const double j[6], double r, double w)
{
    int at = 0;
    for (int a = 0; a < 6; a++) {
        double wj = w * j[a];
        s->jtr[a] += wj * r;
        for (int b = a; b < 6; b++)
            s->jtj[at++] += wj * j[b];
    }
}

/* Noise grows with the distance, and so what a point is worth falls. */
static double worth_of(float z)
{
    double sigma = eai_depth_sigma(z), least = eai_depth_sigma(WEIGHT_FROM_M);
    return sigma < least ? 1 : least * least / (sigma * sigma);
}

static void add_point(sums *s, const eai_surface *target, const mover *m,
                      const eai_surface_point *point, float gate)
{
    float p[3], q[3], d[3], n[3], turned[3];
    turn(m, point->p, p);
    for (int k = 0; k < 3; k++)
        p[k] += m->t[k];
    const eai_surface_cell *cell = look_up(target, p, q);
    if (!cell) return;
    s->n_seen++;
    s->n_front += p[2] < q[2] - IN_FRONT - 0.02f * q[2];
    for (int k = 0; k < 3; k++) {
        d[k] = p[k] - q[k];
        n[k] = (float)cell->normal[k] / EAI_NORMAL_UNITS;
    }
    if (!(dot(d, d) < gate * gate)) return;
    turn(m, point->normal, turned);
    if (!(dot(n, turned) > SAME_WAY)) return; /* also where the direction is not known */
    float r = dot(n, d), size = fabsf(r);
    double w = worth_of(point->p[2] > q[2] ? point->p[2] : q[2]);
    s->n++;
    s->residual2 += w * (double)(r * r);
    s->weight += w;
    for (int k = 0; k < 3; k++)
        s->middle[k] += w * (double)p[k];
    s->square += w * (double)dot(p, p);
    if (size > HUBER_M) w *= (double)(HUBER_M / size);
    const double row[6] = {p[1] * n[2] - p[2] * n[1],
                           p[2] * n[0] - p[0] * n[2],
                           p[0] * n[1] - p[1] * n[0],
                           n[0],
                           n[1],
                           n[2]};
    add_row(s, row, r, w);
}

/* The three distances between a moved keypoint and its partner. */
static void add_pair(sums *s, const edgeai_pose *motion, const eai_point_pair *pair)
{
    double p[3], d[3], size = 0;
    eai_pose_apply(motion, pair->p, p);
    for (int k = 0; k < 3; k++) {
        d[k] = p[k] - pair->q[k];
        size += d[k] * d[k];
    }
    double w = PAIR_WORTH / (1 + size / (PAIR_SIGMA * PAIR_SIGMA)) *
               worth_of((float)(p[2] > pair->q[2] ? p[2] : pair->q[2]));
    const double rows[3][6] = {
        {0, p[2], -p[1], 1, 0, 0}, {-p[2], 0, p[0], 0, 1, 0}, {p[1], -p[0], 0, 0, 0, 1}};
    for (int k = 0; k < 3; k++)
        add_row(s, rows[k], d[k], w / 3);
    s->weight += w;
}

static void take_sums(sums *s, const eai_icp_input *input, const edgeai_pose *motion, int level,
                      float gate)
{
    *s = (sums){0};
    mover m = mover_of(motion);
    for (size_t i = 0; i < input->counts[level]; i++)
        add_point(s, input->target, &m, &input->points[i], gate);
}

static void fill_matrix(const sums *s, double a[36])
{
    int at = 0;
    for (int i = 0; i < 6; i++)
        for (int j = i; j < 6; j++)
            a[6 * i + j] = a[6 * j + i] = s->jtj[at++];
}

/* One Gauss-Newton step; false when it cannot be taken. */
static bool step(const eai_icp_input *input, edgeai_pose *motion, const stage *at, double *size)
{
    sums s;
    double a[36], x[6];
    take_sums(&s, input, motion, at->level, at->gate);
    if (s.n < POINTS_LEAST) return false;
    /* a keypoint counts for as many points whatever the level's share of them is */
    sums pairs = {0};
    for (size_t i = 0; i < input->n_pairs; i++)
        add_pair(&pairs, motion, &input->pairs[i]);
    double share = (double)input->counts[at->level] / (double)input->counts[2];
    for (int i = 0; i < 21; i++)
        s.jtj[i] += share * pairs.jtj[i];
    for (int i = 0; i < 6; i++)
        s.jtr[i] += share * pairs.jtr[i];
    fill_matrix(&s, a);
    if (!eai_solve6(a, s.jtr, x)) return false;
    *size = 0;
    for (int k = 0; k < 6; k++) {
        x[k] = -x[k];
        *size += x[k] * x[k];
    }
    edgeai_pose move = eai_pose_exp(x);
    *motion = eai_pose_compose(&move, motion);
    return *size < 1; /* a metre or a radian: lost */
}

/* b = m' a m for 6 x 6 matrices. */
static void transform(const double a[36], const double m[36], double b[36])
{
    double am[36];
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            am[6 * i + j] = 0;
            for (int k = 0; k < 6; k++)
                am[6 * i + j] += a[6 * i + k] * m[6 * k + j];
        }
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            b[6 * i + j] = 0;
            for (int k = 0; k < 6; k++)
                b[6 * i + j] += m[6 * k + i] * am[6 * k + j];
        }
}

static double steadiness_of(const sums *s, const double information[36])
{
    double c[3], square = s->square / s->weight, turned[36], values[6];
    for (int k = 0; k < 3; k++) {
        c[k] = s->middle[k] / s->weight;
        square -= c[k] * c[k];
    }
    double arc = 1 / sqrt(square > 1e-4 ? square : 1e-4);
    double m[36] = {0}; /* a turn w about c is a turn w and a shift c x w */
    for (int k = 0; k < 3; k++) {
        int next = (k + 1) % 3, last = (k + 2) % 3;
        m[7 * k] = arc;
        m[7 * (k + 3)] = 1;
        m[6 * (3 + last) + k] = arc * -c[next];
        m[6 * (3 + next) + k] = arc * c[last];
    }
    transform(information, m, turned);
    eai_eigenvalues6(turned, values);
    return values[5] > 0 ? values[0] / values[5] : 0;
}

bool eai_icp_measure(const eai_icp_input *input, const edgeai_pose *motion, eai_icp_fit *fit)
{
    sums s;
    take_sums(&s, input, motion, 2, MEASURE_GATE);
    if (s.n < POINTS_LEAST) return false;
    fit->motion = *motion;
    fit->overlap = (double)s.n / (double)input->counts[2];
    fit->conflict = (double)s.n_front / (double)s.n_seen;
    fit->rmse = sqrt(s.residual2 / s.weight);
    sums all = s;
    for (size_t i = 0; i < input->n_pairs; i++)
        add_pair(&all, motion, &input->pairs[i]);
    double pair_jtj[21];
    for (int i = 0; i < 21; i++) {
        pair_jtj[i] = all.jtj[i] - s.jtj[i];
        s.jtj[i] = all.jtj[i] / all.weight;
    }
    fill_matrix(&s, fit->information);
    double held[36]; /* s.jtj became the mean of all */
    for (int i = 0; i < 21; i++)
        s.jtj[i] += (PAIR_HOLD - 1) * pair_jtj[i] / all.weight;
    fill_matrix(&s, held);
    fit->steadiness = steadiness_of(&s, held);
    return true;
}

bool eai_icp_run(const eai_icp_input *input, const edgeai_pose *start, eai_icp_reach reach,
                 eai_icp_fit *fit)
{
    bool near = reach == EAI_ICP_NEAR;
    const stage *stages = near ? near_stages : far_stages;
    size_t n_stages =
        near ? sizeof near_stages / sizeof *near_stages : sizeof far_stages / sizeof *far_stages;
    edgeai_pose motion = *start;
    for (size_t i = 0; i < n_stages; i++)
        for (int round = 0; round < stages[i].n_rounds; round++) {
            double size;
            if (!step(input, &motion, &stages[i], &size)) return false;
            if (size < CONVERGED * CONVERGED) break;
        }
    return eai_pose_orthonormalize(&motion) && eai_icp_measure(input, &motion, fit);
}
