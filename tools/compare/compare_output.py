# SPDX-License-Identifier: MIT
"""Tables of a comparison as Markdown, CSV and JSON."""
import csv
import io
import json

import alternation

SCHEMA = "edgeai-compare/1"

# Title in Markdown, key in CSV and JSON, digits after the point (None: text or whole number).
COLUMNS = [
    ("Work", "work", None),
    ("Side", "side", None),
    ("n", "n_samples", None),
    ("Min ms", "min_ms", 3),
    ("Median ms", "median_ms", 3),
    ("GFLOP/s", "gflops", 1),
    ("Ratio", "ratio", 2),
    ("from", "ratio_low", 2),
    ("to", "ratio_high", 2),
    ("of min", "ratio_min", 2),
    ("Note", "note", None),
]


def rows_of(work, measured, base, flop=None, is_speed=False):
    """A row for each side of one piece of work: a dict by the keys of COLUMNS, None where there is
    nothing to say, and with rounds_ms.

    base: the name of the side that ratios are to. flop: operations of one repetition. is_speed:
    ratios are the base's time by the side's, else the other way round.
    """
    base_side = next((one for one in measured if one.name == base), None)
    rows = []
    for one in measured:
        row = dict.fromkeys((key for _, key, _ in COLUMNS), None)
        row.update(work=work, side=one.name, n_samples=len(one.samples), rounds_ms=one.rounds,
                   note=one.error or one.note)
        if one.samples:
            row.update(min_ms=one.min_ms, median_ms=one.median_ms)
            if flop:
                row["gflops"] = flop / one.median_ms / 1e6
            if base_side and one is not base_side:
                pair = (base_side, one) if is_speed else (one, base_side)
                if ratio := alternation.ratio(*pair):
                    row.update(ratio=ratio.value, ratio_low=ratio.low, ratio_high=ratio.high,
                               ratio_min=pair[0].min_ms / pair[1].min_ms)
        rows.append(row)
    return rows


def _cell(value, digits):
    if value is None:
        return ""
    return str(value) if digits is None else f"{value:.{digits}f}"


def _cells(row):
    return [_cell(row[key], digits) for _, key, digits in COLUMNS]


def markdown(head, rows):
    lines = [f"{key}: {value}" + "  " for key, value in head.items()]
    lines += ["", "| " + " | ".join(title for title, _, _ in COLUMNS) + " |",
              "|" + "|".join("---" if key in ("work", "side", "note") else "--:"
                             for _, key, _ in COLUMNS) + "|"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in _cells(row)) + " |"
              for row in rows]
    return "\n".join(lines) + "\n"


def comma_separated(_, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(key for _, key, _ in COLUMNS)
    writer.writerows(_cells(row) for row in rows)
    return out.getvalue()


def json_document(head, rows):
    return json.dumps({"schema": SCHEMA, **head, "rows": rows}, indent=1) + "\n"


FORMATS = {"md": markdown, "csv": comma_separated, "json": json_document}
