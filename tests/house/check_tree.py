#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the rules of the tree that a compiler does not see.

    check_tree.py ROOT [RULE ...]

Each rule is a function that yields one line for each violation; exit status 1 if there are any.
test_check_tree.py breaks each rule once, to show that it is enforced.
"""
import os
import re
import sys

SKIPPED_FOLDERS = {".git", "build", "__pycache__", "corpus"}
SOURCE = (".c", ".h", ".inc", ".py", ".sh")
TEXT = SOURCE + (".md", ".txt", ".cmake", ".in", ".scd", ".json", ".expected")

# Names that a folder or a tool prescribes.
REPEATED_NAMES = {"CMakeLists.txt", "README.md", "MODEL.md"}

# Written in two parts, so that this file passes.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")

PRINTS_OR_ENDS = re.compile(
    r"\b(v?f?printf|puts|fputs|putchar|putc|perror|exit|_exit|_Exit|quick_exit|abort|assert)\s*\("
    r"|\b(stdout|stderr)\b")

# Kernels are written once for each instruction set and tested together.
ISA_SUFFIX = re.compile(r"_(ref|avx2|neon|dotprod)$")


def files(root, extensions=None, under=""):
    """Paths relative to root, sorted."""
    found = []
    for folder, folders, names in os.walk(os.path.join(root, under)):
        folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS and not f.startswith("build-")]
        for name in names:
            if extensions is None or name.endswith(extensions):
                found.append(os.path.relpath(os.path.join(folder, name), root))
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def code_only(text):
    """Comments and literals blanked, lines kept."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return pattern.sub(lambda m: "\n" * m.group().count("\n") + " ", text)


class Layers:
    """cmake/layers.txt."""

    def __init__(self, root):
        self.floor, self.header, self.anywhere, self.forbidden = {}, {}, set(), set()
        for line in read(root, "cmake/layers.txt").splitlines():
            words = line.split("#")[0].split()
            if not words:
                continue
            if words[0] == "header":
                self.header[words[1]] = words[2]
            elif words[0] == "anywhere":
                self.anywhere.add(words[1])
            elif words[0] == "forbid":
                self.forbidden.add((words[1], words[2]))
            else:
                for module in words[1:]:
                    self.floor[module] = int(words[0])

    def objection(self, module, include, is_quoted):
        """Why `module` may not include this, or None."""
        if (module, include) in self.forbidden:
            return f"{module} may not see it"
        if include.startswith("edgeai/"):
            name = include[len("edgeai/"):]
            if name in self.anywhere:
                return None
            owner = self.header.get(name)
            if owner is None:
                return "cmake/layers.txt does not say whose header this is"
        elif is_quoted:
            owner = include.split("/")[0]
            if "/" not in include or owner not in self.floor:
                return 'expected "MODULE/FILE.h" with a module of cmake/layers.txt'
        else:
            return None
        if owner == module or self.floor[owner] < self.floor[module]:
            return None
        return (f"{module} (floor {self.floor[module]}) may not include "
                f"{owner} (floor {self.floor[owner]})")


INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def includes(text):
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(2), match.group(1) == '"'


def rule_layers(root):
    """Modules include lower floors only; so do the public headers."""
    layers = Layers(root)
    for path in files(root, (".c", ".h", ".inc"), "src"):
        module = path.split(os.sep)[1]
        if module not in layers.floor:
            yield f"{path}: cmake/layers.txt has no floor for module {module}"
            continue
        for line, include, is_quoted in includes(read(root, path)):
            objection = layers.objection(module, include, is_quoted)
            if objection:
                yield f"{path}:{line}: {include}: {objection}"
    for path in files(root, (".h",), "include"):
        name = os.path.basename(path)
        for line, include, is_quoted in includes(read(root, path)):
            if name in layers.anywhere:
                if include.startswith("edgeai/") and include[len("edgeai/"):] not in layers.anywhere:
                    yield f"{path}:{line}: {include}: a type-only header includes only such"
            elif name not in layers.header:
                yield f"{path}: cmake/layers.txt does not say whose header this is"
                break
            elif objection := layers.objection(layers.header[name], include, is_quoted):
                yield f"{path}:{line}: {include}: {objection}"


def rule_public_only(root):
    """Programs and examples stand on <edgeai/...>, system headers, tools/common and their own
    folder: tools/NAME for tools/edgeai-NAME.c."""
    for top in ("tools", "examples"):
        for path in files(root, (".c", ".h"), top):
            parts = path.split(os.sep)
            own = parts[1] if len(parts) > 2 else parts[1][len("edgeai-"):-len(".c")]
            for line, include, is_quoted in includes(read(root, path)):
                if is_quoted and include.split("/")[0] not in ("common", own):
                    yield (f"{path}:{line}: {include}: expected <edgeai/...>, \"common/...\" or "
                           f"\"{own}/...\"")


def rule_unique_names(root):
    """No two files share a name."""
    seen = {}
    for path in files(root):
        name = os.path.basename(path)
        if name in REPEATED_NAMES or name.startswith(".") or path.startswith("models"):
            continue
        if name in seen:
            yield f"{path}: the same name as {seen[name]}"
        seen[name] = path


def rule_quiet(root):
    """The library never prints and never ends the process."""
    for path in files(root, (".c", ".h", ".inc"), "src"):
        for number, line in enumerate(code_only(read(root, path)).splitlines(), 1):
            if match := PRINTS_OR_ENDS.search(line):
                yield f"{path}:{number}: {match.group().rstrip('( ')} in the library"


def rule_licence(root):
    """Every source names its licence in its first two lines."""
    for path in files(root, SOURCE):
        head = "\n".join(read(root, path).split("\n", 2)[:2])
        if "SPDX-License-Identifier: MIT" not in head:
            yield f"{path}: no SPDX-License-Identifier in the first two lines"


def rule_twins(root):
    """src/MODULE/FILE.c has tests/unit/MODULE/test_FILE.c; exceptions are in untwinned.txt."""
    excused = {}
    for line in read(root, "tests/house/untwinned.txt").splitlines():
        if line.strip() and not line.startswith("#"):
            path, _, reason = line.partition(": ")
            excused[path] = reason
            if not reason.strip():
                yield f"untwinned.txt: {path}: no reason given"
    tests = {os.path.relpath(p, "tests") for p in files(root, (".c",), "tests")}
    for path in files(root, (".c",), "src"):
        module, name = path.split(os.sep)[1:3]
        stem = name[:-2]
        places = [f"unit/{module}/test_{stem}.c"]
        if module == "kernels":
            stem = ISA_SUFFIX.sub("", stem)
            places += [f"unit/kernels/test_{stem}.c", f"kernels/test_{stem}.c"]
        has_twin = any(place in tests for place in places)
        if not has_twin and path not in excused:
            yield f"{path}: no tests/{places[0]}, and not in tests/house/untwinned.txt"
        if has_twin and path in excused:
            yield f"untwinned.txt: {path}: has a test, so needs no excuse"
        excused.pop(path, None)
    for path in excused:
        yield f"untwinned.txt: {path}: no such file"


def rule_finished(root):
    """No mark of unfinished work."""
    for path in files(root, TEXT):
        if path.startswith("models"):
            continue
        for number, line in enumerate(read(root, path).splitlines(), 1):
            if match := UNFINISHED.search(line):
                yield f"{path}:{number}: {match.group()}"


PATH_IN_TEXT = re.compile(r"`((?:src|include|tools|tests|docs|cmake|models|examples)/[\w./-]+)`")


def rule_links(root):
    """Relative links of the documents, and paths of the tree in backquotes, lead somewhere."""
    for path in files(root, (".md",)):
        text = re.sub(r"```.*?```", "", read(root, path), flags=re.S)
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"`[^`\n]*`", "", text)):
            if "://" in target or target.startswith("mailto:"):
                continue
            if not os.path.exists(os.path.join(root, os.path.dirname(path), target)):
                yield f"{path}: link to {target}, which does not exist"
        for target in PATH_IN_TEXT.findall(text):
            places = root, os.path.join(root, os.path.dirname(path))
            if not re.search("[A-Z]{3}", target) and not any(
                    os.path.exists(os.path.join(place, target)) for place in places):
                yield f"{path}: `{target}` does not exist"


RULES = {name[len("rule_"):]: f for name, f in list(globals().items()) if name.startswith("rule_")}


def main(arguments):
    if not arguments or any(name not in RULES for name in arguments[1:]):
        print(f"usage: check_tree.py ROOT [RULE ...]; rules: {' '.join(RULES)}", file=sys.stderr)
        return 2
    n_violations = 0
    for name in arguments[1:] or RULES:
        for violation in RULES[name](arguments[0]):
            print(f"{name}: {violation}")
            n_violations += 1
    print(f"{n_violations} violations")
    return 1 if n_violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
