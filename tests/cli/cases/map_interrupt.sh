#!/bin/sh
# SPDX-License-Identifier: MIT
# A signal while frames are added: the map is of those before it.
python3 "$SOURCE/tests/cli/write_room.py" room 2
i=2
while [ $i -lt 500 ]; do
    cp room/frame-00000$((i % 2)).depth.png "$(printf 'room/frame-%06d.depth.png' $i)"
    i=$((i + 1))
done
python3 "$SOURCE/tests/cli/on_terminal.py" --until 'frame-' --signal SIGINT -- \
    edgeai-map build room --ignore-poses --color none --json > out.txt
tail -n 1 out.txt
sed '$d' out.txt | python3 -c '
import json, sys
found = json.load(sys.stdin)
print(found["status"], 0 < found["n_frames"] < 500)'
ls
