# SPDX-License-Identifier: MIT
"""Our side: edgeai-bench."""
import alternation

NAME = "edgeai"


def matmul_sides(program, job):
    return [alternation.Side(NAME, [program, "matmul", "--type", job.type, *job.arguments(),
                                    "--json"])]


def forward_sides(program, job):
    return [alternation.Side(NAME, [program, "forward", *job.arguments(), "--json"])]
