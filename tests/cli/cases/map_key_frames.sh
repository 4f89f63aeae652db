#!/bin/sh
# SPDX-License-Identifier: MIT
# Key frames, the same for the same seed, and ids drawn on them.
python3 "$SOURCE/tests/cli/write_room.py" room 12
edgeai-map build room -d room/seen.json -k 5 --seed 3 --question "How many stool(s) are in this room?" \
    --mark marked -o a.json | head -1
edgeai-map build room -d room/seen.json -k 5 --seed 3 --question "How many stool(s) are in this room?" \
    -o b.json > /dev/null
cmp a.json b.json && echo the same
find marked -type f | wc -l
