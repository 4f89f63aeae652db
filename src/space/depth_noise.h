/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_DEPTH_NOISE_H
#define EAI_SPACE_DEPTH_NOISE_H

/* Standard deviation in metres of a distance of z metres that a structured-light camera measured
 * (Nguyen, Izadi and Lovell, "Modeling Kinect sensor noise", 3DIMPVT 2012). */
static inline double eai_depth_sigma(double z)
{
    double beyond = z - 0.4;
    return 0.0012 + 0.0019 * beyond * beyond;
}

#endif
