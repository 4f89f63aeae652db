# SPDX-License-Identifier: MIT
"""Our side: edgeai-bench."""
import alternation

NAME = "edgeai"
CONV_TYPES = ("f32", "int8", "ternary8", "ternary", "binary")


def matmul_sides(program, job):
    return [alternation.Side(NAME, [program, "matmul", "--type", job.type, *job.arguments(),
                                    "--json"])]


def conv_sides(program, job):
    return [alternation.Side(f"{NAME} {kind}", [program, "conv", "--type", kind, *job.arguments(),
                                                "--json"]) for kind in job.types]


def forward_sides(program, job):
    return [alternation.Side(NAME, [program, "forward", *job.arguments(), "--json"])]
