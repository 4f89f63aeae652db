/* SPDX-License-Identifier: MIT */

/* Camera poses as the TUM RGB-D benchmark writes them. */

#include "space/map_files.h"
#include "space/pose.h"

void eai_map_write_tum(eai_writer *w, const eai_map_content *content)
{
    eai_write(w, "# timestamp tx ty tz qx qy qz qw, camera to map\n");
    for (size_t i = 0; i < content->n_frames; i++) {
        const eai_map_frame *frame = &content->frames[i];
        double q[4];
        if (frame->component != 0) continue;
        eai_pose_to_quaternion(&frame->pose, q);
        eai_write_fixed(w, frame->time_s, 6);
        for (int k = 0; k < 7; k++) {
            eai_write(w, " ");
            eai_write_fixed(w, k < 3 ? frame->pose.translation[k] : q[k - 3], 9);
        }
        eai_write(w, "\n");
    }
}
