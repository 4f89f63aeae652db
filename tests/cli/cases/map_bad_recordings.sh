#!/bin/sh
# SPDX-License-Identifier: MIT
# What is wrong with a recording is said, and nothing is written.
python3 "$SOURCE/tests/cli/write_room.py" room 8
edgeai-map build room --pose-convention world-to-camera; echo $?
edgeai-map build room --depth-scale 5000; echo $?
ls map.json
edgeai-map build room --depth-scale 5000 --unchecked-poses -q > /dev/null; echo $?
rm map.json
echo '{"version": 1, "frames": []}' > nothing.json
edgeai-map build room -d nothing.json | grep -e detections -e objects
edgeai-map build room --frames 1 -d room/seen.json -o one.json | grep connected
echo '[{"image_id": 1}]' > coco.json
edgeai-map build room -d coco.json; echo $?
echo '{"version": 1, "frames": [{"name": "frame-000000", "detections": [{"label": "x", "box": [0, 0, 5, 5], "score": 90}]}]}' > percent.json
edgeai-map build room -d percent.json; echo $?
edgeai-map build room -d nowhere.json; echo $?
echo 'nan nan nan nan nan nan nan nan nan nan nan nan nan nan nan nan' > room/frame-000003.pose.txt
edgeai-map build room; echo $?
rm room/frame-000003.pose.txt
edgeai-map build room | grep -e recording -e lost
cp room/frame-000001.color.ppm room/frame-000002.depth.png
edgeai-map build room -o broken.json; echo $?
ls
