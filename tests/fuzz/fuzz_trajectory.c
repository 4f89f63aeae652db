/* SPDX-License-Identifier: MIT */

/* Any bytes as a trajectory: TUM's text, Open3D's .log or JSON. Aborts on a leak, on a failure
 * without a text, and on a pose that is no rigid motion. */

#include <math.h>
#include <stdlib.h>

#include <edgeai/status.h>

#include "fuzz_target.h"
#include "space/trajectory.h"
#include "support/failing_allocator.h"

static void check(const edgeai_trajectory *trajectory)
{
    for (size_t i = 0; i < trajectory->n; i++) {
        const eai_timed_pose *item = &trajectory->items[i];
        double squares = 0;
        for (int k = 0; k < 9; k++)
            squares += item->pose.rotation[k] * item->pose.rotation[k];
        if (!(fabs(squares - 3) < 1e-9) || !isfinite(item->time_s)) abort();
        if (i > 0 && item->time_s < item[-1].time_s) abort();
        for (int k = 0; k < 3; k++)
            if (!isfinite(item->pose.translation[k])) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    failing_allocator memory = {.fail_at = SIZE_MAX};
    const edgeai_allocator allocator = failing_allocator_make(&memory);
    edgeai_trajectory trajectory = {.allocator = &allocator};
    eai_trajectory_format format;
    const edgeai_status status =
        eai_trajectory_read(&trajectory, (const char *)data, n, "it", EDGEAI_POSE_BY_KIND, &format);
    if (status == EDGEAI_OK)
        check(&trajectory);
    else if (!*edgeai_last_error())
        abort();
    eai_trajectory_clear(&trajectory);
    if (memory.n_live) abort();
    return 0;
}
