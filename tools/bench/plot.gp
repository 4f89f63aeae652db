# SPDX-License-Identifier: MIT
# Draws a table of edgeai-bench, one line for each kind of weights, layout, size and thread count:
#
#   edgeai-bench matmul --rows 1-512*2 --format csv --output matmul.csv
#   gnuplot -e "csv='matmul.csv'; out='matmul.svg'" tools/bench/plot.gp
#
# The suffix of `out` chooses SVG or PNG. Other columns, those of `edgeai-bench forward` for one:
# x='n_positions', y='positions_per_s', by='weights activations n_threads'. Where a line has several
# values for one x, as in results that were collected in one file, their mean is drawn.

if (!exists("csv")) csv = "bench.csv"
if (!exists("out")) out = "bench.svg"
if (!exists("x")) x = "n_rows"
if (!exists("y")) y = "gflop_per_s"
if (!exists("by")) by = "type weights activations n_in n_out n_threads"

# Both awk programs find columns by their names in the head; the key of a row is its values of `by`,
# one word for gnuplot.
quote = "'"
head = 'NR == 1 { n = split(by, names, " "); gsub(/"/, ""); for (i = 1; i <= NF; i++) at[$i] = i; next }'
key = '{ gsub(/"/, ""); key = ""; for (i = 1; i <= n; i++) if (names[i] in at) key = key (key == "" ? "" : "/") $at[names[i]]; gsub(/ /, "_", key) }'
awk(more, wanted) = "awk -F, -v by=" . quote . by . quote . " -v wanted=" . quote . wanted . quote . \
    " -v x=" . x . " -v y=" . y . " " . quote . head . key . more . quote . " " . quote . csv . quote
keys = system(awk('!(key in seen) { seen[key]; print key }', ""))
points(wanted) = "< " . awk('key == wanted && $at[y] != "" { print $at[x], $at[y] }', wanted)
if (words(keys) == 0) exit error "plot.gp: no rows in ".csv

if (out[strlen(out)-3:*] eq ".png") {
    set terminal pngcairo size 1000,600 font "sans,11"
} else {
    set terminal svg size 1000,600 font "sans,11" background "white"
}
set output out
set datafile separator whitespace
set logscale x 2
set yrange [0:*]
set xlabel x noenhanced
set ylabel y noenhanced
set grid
set key outside right noenhanced
plot for [i = 1:words(keys)] points(word(keys, i)) using 1:2 smooth unique with linespoints pt i title word(keys, i)
