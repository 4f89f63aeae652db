#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-map; echo $?
edgeai-map draw x; echo $?
edgeai-map build; echo $?
edgeai-map eval one.txt; echo $?
edgeai-map build a b; echo $?
edgeai-map build --up north room; echo $?
edgeai-map build --kind lidar room; echo $?
edgeai-map build --camera fr9 room; echo $?
edgeai-map build nowhere; echo $?
mkdir empty
edgeai-map build empty; echo $?
edgeai-map render nowhere.json --png out.png; echo $?
edgeai-map render nowhere.json; echo $?
edgeai-map ask nowhere.json; echo $?
edgeai-map ask nowhere.json "How many chairs?"; echo $?
echo '{"version": 99}' > map.json
edgeai-map prompt map.json; echo $?
edgeai-map eval nowhere.txt nowhere.txt; echo $?
printf '0 0 0 0 0 0 0 1\n1 nan 0 0 0 0 0 1\n' > bad.txt
edgeai-map eval bad.txt bad.txt; echo $?
printf '0 0 0 0 0 0 0 1\n1 1 0 0 0 0 0 1\n' > two.txt
edgeai-map eval two.txt two.txt; echo $?
ls
