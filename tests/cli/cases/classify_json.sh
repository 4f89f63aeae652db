#!/bin/sh
# SPDX-License-Identifier: MIT
colours() { python3 "$SOURCE/tests/cli/write_colours.py" "$@"; }
colours network net.gguf
colours pictures .
edgeai-classify -m net.gguf --json --profile -k 2 green/a.ppm nowhere.ppm > out.json; echo $?
python3 -c '
import json
found = json.load(open("out.json"))
print(found["schema"], found["status"], found["model"], found["n_pictures"])
print(found["input"])
for image in found["images"]:
    print(image["path"], image["status"], image.get("top"))
print(found["load_ms"] > 0, found["prepare_ms"] > 0, found["run_ms"] > 0, found["arena_bytes"] > 0)
conv = [row for row in found["profile"] if row["op"] == "Conv"]
print(len(conv), conv[0]["name"], conv[0]["output"], conv[0]["ms"] > 0)
print(abs(sum(row["share_percent"] for row in found["profile"]) - 100) < 1)'
edgeai-classify -m net.gguf --profile -k 1 green/a.ppm | grep -E '^(green|  |\| colours)'
