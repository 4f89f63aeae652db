#!/bin/sh
# SPDX-License-Identifier: MIT
# A room with a table and two stools, given poses: everything that is made of it, end to end.
python3 "$SOURCE/tests/cli/write_room.py" room 12
edgeai-map build room -d room/seen.json --png room.png --ply room.ply --gltf room.gltf \
    --ros room.yaml --trajectory room.txt --requests again.jsonl || exit
edgeai-map eval room.txt room | head -3
edgeai-map build room -d room/seen.json -o again.json --json > result.json || exit
cmp map.json again.json && echo the same map twice
python3 - << 'END'
import json
result = json.load(open("result.json"))
print(result["schema"], result["status"], result["recording"]["kind"], result["n_connected"],
      result["unconnected"], result["recording"]["pose_fitting"] > 0.5)
tables = [o for o in result["objects"] if o["label"] == "table"]
print(len(tables), all(abs(a - b) < 0.1 for a, b in zip(tables[0]["size"], (1.2, 0.8, 0.7))))
for line in open("again.jsonl"):
    assert set(json.loads(line)) == {"frame", "object", "label", "box"}
END
edgeai-map render map.json --png drawn.png --json | grep '"png"'
cmp room.png drawn.png && echo the same picture twice
edgeai-map ask map.json "How many table(s) are in this room?"
edgeai-map ask map.json --json "What is the length of the longest dimension (length, width, or height) of the table, measured in centimeters?" | grep '"answer"'
edgeai-map prompt map.json --objects-only --label table --objects 1 | grep '"id"'
edgeai-map prompt map.json --form grid "How many table(s) are in this room?" | grep table
ls
