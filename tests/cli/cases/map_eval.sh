#!/bin/sh
# SPDX-License-Identifier: MIT
# Against a truth that is turned, moved, late by 0.01 s, and in one place 0.1 m off.
python3 - << 'END'
import math
with open("estimate.txt", "w") as estimate, open("truth.txt", "w") as truth:
    for i in range(20):
        x, y, z = math.cos(i / 3), math.sin(i / 3), i / 10
        a = i / 6
        estimate.write(f"{i} {x} {y} {z} 0 0 {math.sin(a)} {math.cos(a)}\n")
        if i == 19:
            x += 0.1
        b = a + math.pi / 4
        truth.write(f"{i + 0.01} {3 - y} {4 + x} {5 + z} 0 0 {math.sin(b)} {math.cos(b)}\n")
END
edgeai-map eval estimate.txt truth.txt
edgeai-map eval --fit none estimate.txt truth.txt
edgeai-map eval --json --fit similar --delta 5 estimate.txt truth.txt
edgeai-map eval --pair-time 0.001 estimate.txt truth.txt; echo $?
