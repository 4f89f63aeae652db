# SPDX-License-Identifier: MIT
"""Do two files say the same of the test pictures: python3 compare_scores.py --classify edgeai-classify --pictures DIR A.gguf B.gguf

DIR has a folder of pictures for each class. Both files are run by edgeai-classify. Further options, such as
--width 24 --height 24, are handed on to it.
"""
import argparse
import glob
import json
import os
import subprocess


def scores(classify, model, pictures, more):
    """{picture: {label: score}}"""
    command = [classify, "-m", model, "--softmax", "off", "-k", "10", "--json", "-q", "--threads", "1", *more, "-"]
    done = subprocess.run(command, input="\n".join(pictures), capture_output=True, text=True, check=True)
    images = json.loads(done.stdout)["images"]
    return {i["path"]: {t["label"]: t["score"] for t in i["top"]} for i in images}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--classify", default="edgeai-classify")
    options.add_argument("--pictures", required=True)
    options.add_argument("files", nargs=2)
    args, more = options.parse_known_args()
    pictures = sorted(glob.glob(os.path.join(args.pictures, "*", "*")))
    one, other = (scores(args.classify, file, pictures, more) for file in args.files)
    right, same, apart = [0, 0], 0, 0.0
    for picture in pictures:
        label = os.path.basename(os.path.dirname(picture))
        best = [max(s[picture], key=s[picture].get) for s in (one, other)]
        right = [r + (b == label) for r, b in zip(right, best)]
        same += best[0] == best[1]
        apart = max(apart, *(abs(one[picture][k] - other[picture][k]) for k in one[picture]))
    shares = ", ".join(f"{os.path.basename(f)} {100 * r / len(pictures):.2f} %" for f, r in zip(args.files, right))
    print(f"{shares}; the same class for {same} of {len(pictures)}; scores differ by at most {apart:.3g}")


if __name__ == "__main__":
    main()
