#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the products of tiles cost on Arm, counted from what the compiler made of them.

    count_slots.py OBJECT ...      multiply_neon.o, multiply_dotprod.o

For the busiest loop of each function (six rows): vector instructions for 256 products, spills, and
products per cycle if nothing but the pipes limits. Slots are those of LLVM's models of Cortex-A57
and Neoverse N1 (the nearest there is to Cortex-A76 and A78), for 128-bit operands; both have two vector pipes.
"""
import os
import re
import subprocess
import sys

OBJDUMP = os.environ.get("EDGEAI_ARM_OBJDUMP", "aarch64-linux-gnu-objdump")

# Products of one instruction.
PRODUCTS = {"fmla": 4, "smull": 8, "smull2": 8, "smlal": 8, "smlal2": 8, "sdot": 16}

# Slots: (first pipe only, second pipe only, either). What is not named takes (0, 0, 1).
MULTIPLY, WIDEN, TWO = (1, 0, 0), (0, 1, 0), (0, 0, 2)
A57 = {"smull": MULTIPLY, "smull2": MULTIPLY, "smlal": MULTIPLY, "smlal2": MULTIPLY,
       "sadalp": WIDEN, "fmla": TWO, "fmul": TWO, "scvtf": TWO, "str": (0, 0, 0)}
N1 = {"smull": MULTIPLY, "smull2": MULTIPLY, "smlal": MULTIPLY, "smlal2": MULTIPLY,
      "sadalp": WIDEN, "scvtf": (2, 0, 0), "ld1r": (0, 0, 0), "str": TWO}
# Vectors loaded a cycle, instructions decoded a cycle.
WIDTHS = {"A57": (1, 3), "N1": (2, 4)}


def functions(path):
    """name -> [(address, mnemonic, operands)]"""
    text = subprocess.run([OBJDUMP, "-d", "--no-show-raw-insn", path], check=True,
                          capture_output=True, text=True).stdout
    found, code = {}, None
    for line in text.splitlines():
        if match := re.match(r"[0-9a-f]+ <(\w+)>:", line):
            code = found.setdefault(match.group(1), [])
        elif match := re.match(r" +([0-9a-f]+):\t(\S+)\t?(.*)", line):
            code.append((int(match.group(1), 16), match.group(2), match.group(3)))
    return found


def busiest_loop(code):
    """The innermost loop with the most products."""
    loops = []
    for address, name, operands in code:
        if name.startswith(("b.", "cb", "tb")) or name == "b":
            target = int(re.search(r"([0-9a-f]+) <", operands).group(1), 16)
            if target < address:
                loops.append([i for i in code if target <= i[0] <= address])
    inner = [a for a in loops if not any(set(b) < set(a) for b in loops)]
    return max(inner, key=products)


def products(code):
    """In loops over integers a floating-point multiply-add belongs to the scales."""
    names = [name for _, name, _ in code]
    integers = sum(PRODUCTS.get(name, 0) for name in names if name != "fmla")
    return integers or PRODUCTS["fmla"] * names.count("fmla")


def vectors_loaded(name, operands):
    if not operands.startswith(("q", "{", "s")):
        return 0
    return {"ldp": 2, "ldr": 1, "ldur": 1, "ld1r": 1}.get(name, 0)


def is_vector(name, operands):
    return bool(re.match(r"v\d+\.", operands)) or name == "ld1r"


def cycles(code, table, widths):
    first = second = either = loads = 0
    for _, name, operands in code:
        loads += vectors_loaded(name, operands)
        is_store = name in ("str", "stur", "stp") and operands.startswith("q")
        if is_vector(name, operands) or is_store:
            times = 2 if name == "stp" else 1
            a, b, c = table.get("str" if is_store else name, (0, 0, 1))
            first, second, either = first + times * a, second + times * b, either + times * c
    bounds = {"multiplier": first, "widening": second, "pipes": (first + second + either) / 2,
              "loads": loads / widths[0], "decoding": len(code) / widths[1]}
    bound = max(bounds, key=bounds.get)
    return bounds[bound], bound


def main(paths):
    print("| kernel | vector instructions / 256 | spills | A57 | limit | N1 | limit |")
    print("|---|--:|--:|--:|---|--:|---|")
    for path in paths:
        for function, code in functions(path).items():
            loop = busiest_loop(code)
            n = products(loop)
            vector = sum(is_vector(name, operands) for _, name, operands in loop)
            spills = sum(name[:2] in ("ld", "st") and bool(re.match(r"[qd]\d.*\[sp", operands))
                         for _, name, operands in loop)
            row = [function, f"{256 * vector / n:.1f}", str(spills)]
            for core, table in (("A57", A57), ("N1", N1)):
                if core == "A57" and "dotprod" in function:
                    row += ["", "no such instruction"]
                    continue
                bound, limit = cycles(loop, table, WIDTHS[core])
                row += [f"{n / bound:.1f}", limit]
            print("|", " | ".join(row), "|")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
