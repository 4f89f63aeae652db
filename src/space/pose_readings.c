/* SPDX-License-Identifier: MIT */
#include "space/pose_readings.h"

#include "space/pose.h"

static edgeai_pose as_given(const edgeai_pose *given)
{
    return *given;
}

static edgeai_pose inverted(const edgeai_pose *given)
{
    return eai_pose_inverse(given);
}

/* The camera's y and z axes point the other way: OpenGL, Blender, ARKit. */
static edgeai_pose y_up(const edgeai_pose *given)
{
    edgeai_pose pose = *given;
    for (int i = 0; i < 3; i++) {
        pose.rotation[3 * i + 1] = -pose.rotation[3 * i + 1];
        pose.rotation[3 * i + 2] = -pose.rotation[3 * i + 2];
    }
    return pose;
}

static edgeai_pose inverted_y_up(const edgeai_pose *given)
{
    edgeai_pose pose = eai_pose_inverse(given);
    return y_up(&pose);
}

static edgeai_pose transposed(const edgeai_pose *given)
{
    edgeai_pose pose = *given;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            pose.rotation[3 * i + j] = given->rotation[3 * j + i];
    return pose;
}

/* Written w, x, y, z and read x, y, z, w. */
static edgeai_pose w_first(const edgeai_pose *given)
{
    edgeai_pose pose = *given;
    double q[4];
    eai_pose_to_quaternion(given, q);
    const double written[4] = {q[1], q[2], q[3], q[0]};
    eai_pose_set_quaternion(&pose, written);
    return pose;
}

/* Written x, y, z, w and read w, x, y, z. */
static edgeai_pose w_last(const edgeai_pose *given)
{
    edgeai_pose pose = *given;
    double q[4];
    eai_pose_to_quaternion(given, q);
    const double written[4] = {q[3], q[0], q[1], q[2]};
    eai_pose_set_quaternion(&pose, written);
    return pose;
}

const eai_pose_reading eai_pose_readings[EAI_POSE_READINGS] = {
    {EDGEAI_POSES_FIT, "camera to world", as_given},
    {EDGEAI_POSES_INVERTED, "world to camera instead of camera to world", inverted},
    {EDGEAI_POSES_Y_UP, "for cameras with y up and z backward (OpenGL, ARKit)", y_up},
    {EDGEAI_POSES_INVERTED_Y_UP, "world to camera, with y up and z backward (OpenGL, ARKit)",
     inverted_y_up},
    {EDGEAI_POSES_TRANSPOSED, "with the rotation transposed", transposed},
    {EDGEAI_POSES_QUATERNION, "with quaternions written w x y z and read x y z w", w_first},
    {EDGEAI_POSES_QUATERNION, "with quaternions written x y z w and read w x y z", w_last},
};
