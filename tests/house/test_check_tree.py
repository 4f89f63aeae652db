#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each rule of check_tree.py passes a small clean tree and names what breaks it."""
import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_tree  # noqa: E402

SOURCE_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SPDX = "/* SPDX-License-Identifier: MIT */\n"


class RuleTest(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)
        with open(os.path.join(SOURCE_ROOT, "cmake", "layers.txt"), encoding="utf-8") as file:
            self.write("cmake/layers.txt", file.read())
        self.write("tests/house/untwinned.txt", "# none\n")
        self.write("include/edgeai/status.h", SPDX + "#include <stddef.h>\n")
        self.write("include/edgeai/lm.h", SPDX + "#include <edgeai/denoiser.h>\n")
        self.write("src/base/text.c", SPDX + '#include "base/text.h"\n#include <edgeai/status.h>\n'
                   "/* printf(\"%d\") and abort() are words here. */\nint snprintf(void);\n")
        self.write("src/base/text.h", SPDX)
        self.write("tests/unit/base/test_text.c", SPDX)
        self.write("src/lm/row.c", SPDX + '#include "tensor/view.h"\n#include <edgeai/lm.h>\n')
        self.write("tests/unit/lm/test_row.c", SPDX)
        self.write("tools/edgeai-run.c", SPDX + '#include "common/row_table.h"\n'
                   '#include "run/show.h"\n')
        self.write("tools/run/show.h", SPDX + '#include "run/other.h"\n')
        self.write("README.md", "[a](docs/a.md) [b](https://example.org/x) `[c](none.md)`\n")
        self.write("docs/a.md", "Text.\n")

    def write(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    def broken(self, rule, *says):
        """The rule finds exactly one violation, with these words; other rules are not asked."""
        found = list(check_tree.RULES[rule](self.root))
        self.assertEqual(len(found), 1, found)
        for word in says:
            self.assertIn(word, found[0])

    def test_clean_tree_passes_every_rule(self):
        for name, rule in check_tree.RULES.items():
            self.assertEqual(list(rule(self.root)), [], name)

    def test_layers_upwards(self):
        self.write("src/base/up.c", SPDX + '\n  #  include "platform/cpu.h"\n')
        self.broken("layers", "src/base/up.c:3", "base (floor 0)", "platform (floor 1)")

    def test_layers_sideways(self):
        self.write("src/decode/side.c", '#include "lm/row.h"\n')
        self.broken("layers", "decode (floor 5)", "lm (floor 5)")

    def test_layers_public_header_of_a_neighbour(self):
        self.write("src/decode/side.c", "#include <edgeai/lm.h>\n")
        self.broken("layers", "edgeai/lm.h")

    def test_layers_public_header_includes_neighbour(self):
        self.write("include/edgeai/decode.h", "#include <edgeai/lm.h>\n")
        self.broken("layers", "include/edgeai/decode.h:1")

    def test_layers_type_only_header_stays_small(self):
        self.write("include/edgeai/denoiser.h", "#include <edgeai/tensor.h>\n")
        self.broken("layers", "type-only")

    def test_layers_unknown_module(self):
        self.write("src/misc/any.c", SPDX)
        self.broken("layers", "misc")

    def test_layers_unknown_header(self):
        self.write("include/edgeai/other.h", "#include <stddef.h>\n")
        self.broken("layers", "other.h")

    def test_layers_local_include(self):
        self.write("src/base/short.c", '#include "text.h"\n')
        self.broken("layers", "MODULE/FILE.h")

    def test_layers_kernels_without_threads(self):
        self.write("src/kernels/rows_ref.c", "#include <pthreadpool.h>\n")
        self.broken("layers", "pthreadpool.h")

    def test_layers_kernels_without_tensors(self):
        self.write("src/kernels/rows_ref.c", "#include <edgeai/tensor.h>\n")
        self.broken("layers", "kernels (floor 2)", "tensor (floor 3)")

    def test_public_only(self):
        self.write("tools/edgeai-map.c", '#include "base/text.h"\n')
        self.broken("public_only", "base/text.h")

    def test_public_only_not_a_neighbours_parts(self):
        self.write("tools/edgeai-map.c", '#include "run/show.h"\n')
        self.broken("public_only", "run/show.h")

    def test_unique_names(self):
        self.write("src/lm/text.c", SPDX)
        self.broken("unique_names", "src/lm/text.c", "src/base/text.c")

    def test_quiet(self):
        for call in ('printf("x");', "exit(1);", "abort ();", "fprintf(stderr, 0);", "assert(1);"):
            self.write("src/base/loud.c", f"/* a */\nvoid f(void) {{ {call} }}\n")
            self.broken("quiet", "src/base/loud.c:2")

    def test_licence(self):
        self.write("tools/new.sh", "#!/bin/sh\n")
        self.broken("licence", "tools/new.sh")

    def test_twins(self):
        self.write("src/lm/lonely.c", SPDX)
        self.broken("twins", "src/lm/lonely.c")

    def test_twins_excused(self):
        self.write("src/lm/lonely.c", SPDX)
        self.write("tests/house/untwinned.txt", "src/lm/lonely.c: a table of constants\n")
        self.assertEqual(list(check_tree.rule_twins(self.root)), [])

    def test_twins_excuse_without_need(self):
        self.write("tests/house/untwinned.txt", "src/lm/row.c: large\n")
        self.broken("twins", "needs no excuse")

    def test_twins_of_kernels_cover_every_isa(self):
        self.write("src/kernels/rows_avx2.c", SPDX)
        self.broken("twins", "rows_avx2.c")
        self.write("tests/kernels/test_rows.c", SPDX)
        self.assertEqual(list(check_tree.rule_twins(self.root)), [])

    def test_finished(self):
        self.write("docs/a.md", "Text.\nTO" "DO: more\n")
        self.broken("finished", "docs/a.md:2")

    def test_links(self):
        self.write("docs/a.md", "[x](../README.md) [y](b.md#part)\n")
        self.broken("links", "b.md")

    def test_links_paths_in_backquotes(self):
        self.write("docs/a.md", "`src/base/text.c` `src/MODULE/FILE.c` `src/base/gone.c`\n")
        self.broken("links", "src/base/gone.c")


if __name__ == "__main__":
    unittest.main()
