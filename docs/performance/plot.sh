#!/bin/sh
# Draws what measure.sh has measured, and prints how much longer a read takes in the longest history than in the shortest.
# Of runs of the same size, the median counts.
set -eu
cd "$(dirname "$0")/../.."

RESULTS=${RESULTS:-docs/performance/results.jsonl}
PLOTS=${PLOTS:-docs/performance}
tables=$(mktemp -d)
trap 'rm -rf "$tables"' EXIT

# table SERIES SIZE COLUMN...: one row for each size, of medians. Sizes and columns are jq's.
table() {
	series=$1 size=$2 columns=$3
	jq -rs --arg series "$series" '
		def median: sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2;
		def of($name): .operations[] | select(.operation == $name);
		map(select(.series == $series)) | group_by('"$size"')[] |
		[(.[0] | '"$size"')] + (map(['"$columns"']) | transpose | map(median)) | @tsv' "$RESULTS" >"$tables/$series"
}

table connections .options.connections '.total.per_second, .total.p50_ms, .total.p99_ms'
table accounts .options.accounts '.total.per_second, .total.p50_ms, .total.p99_ms'
table history .options.history_entries '.total.per_second, .total.p50_ms, .total.p99_ms'
table reads .options.history_entries 'of("account").p50_ms, of("history").p50_ms, of("entry").p50_ms, of("month").p50_ms'

# The machine stands under each plot: figures without it say nothing.
machine=$(jq -rs '.[-1] | "bankcore \(.version), \(.machine.cpus) CPUs, \(.machine.go), \(.machine.os)/\(.machine.arch), " +
	"load generator included, durable write of 4 KiB \(.machine.disk_sync_ms) ms"' "$RESULTS")

# style NAME [BASE]: the settings of all plots, and the file of this one.
style() {
	cat <<-END
		set terminal svg size 760,440 dynamic font "sans-serif,13" background "#ffffff"
		set output "$PLOTS/$1.svg"
		set grid ytics xtics lc rgb "#dddddd" lw 1
		set border 3 lc rgb "#666666"
		set tics nomirror textcolor rgb "#333333"
		set key outside top center horizontal
		set label 1 "$machine" at screen 0.99,0.03 right font ",10" textcolor rgb "#777777"
		set bmargin 5
		set logscale x ${2:-10}
		set autoscale xfix
		set offsets graph 0.02, graph 0.02, 0, 0
		set pointsize 0.6
	END
}

# throughput NAME LABEL FORMAT [BASE]: operations a second on the left, milliseconds on the right.
throughput() {
	{
		style "$1" "${4:-10}"
		cat <<-END
			set border 11
			set xlabel "$2"
			set format x "$3"
			set ylabel "transfers per second"
			set yrange [0:*]
			set y2label "milliseconds"
			set y2range [0:*]
			set y2tics
			plot "$tables/$1" using 1:2 with linespoints pt 7 lw 2 lc rgb "#1f5fa8" title "throughput", \\
				"" using 1:4 axes x1y2 with linespoints pt 5 lw 1.5 lc rgb "#c8553d" title "p99 latency (right)", \\
				"" using 1:3 axes x1y2 with linespoints pt 9 lw 1.5 lc rgb "#e0a458" title "p50 latency (right)"
		END
	} | gnuplot
}

throughput accounts 'accounts' '10^{%T}'
throughput history 'entries in the ledger before the run (1,000 accounts)' '10^{%T}'
throughput connections 'connections, each with one request at a time' '%.0f' 2

{
	style reads
	cat <<-END
		set xlabel "entries in the ledger before the run (10 accounts)"
		set format x "10^{%T}"
		set ylabel "median milliseconds, one connection"
		set yrange [0:*]
		plot "$tables/reads" using 1:5 with linespoints pt 13 lw 2 lc rgb "#c8553d" title "month", \\
			"" using 1:3 with linespoints pt 7 lw 2 lc rgb "#1f5fa8" title "history page", \\
			"" using 1:4 with linespoints pt 5 lw 2 lc rgb "#3c8d5a" title "single entry", \\
			"" using 1:2 with linespoints pt 9 lw 2 lc rgb "#e0a458" title "account"
	END
} | gnuplot

awk -F '\t' '
	NR == 1 { least = $1; for (i = 2; i <= 5; i++) first[i] = $i }
	{ most = $1; for (i = 2; i <= 5; i++) last[i] = $i }
	END {
		split("account,history page,single entry,month", name, ",")
		for (i = 2; i <= 5; i++)
			printf "%-13s %.3f ms at %d entries, %.3f ms at %d: ratio %.2f\n", name[i - 1], first[i], least, last[i], most, last[i] / first[i]
	}' "$tables/reads"
