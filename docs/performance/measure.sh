#!/bin/sh
# Measures how the cost of a request grows with accounts, connections and history, and appends one JSON object for each run
# to results.jsonl. The whole takes about half an hour, most of it to write the long histories. The sizes can be set:
#   ACCOUNTS="100 1000" CONNECTIONS="1 8" HISTORY="1000 10000" DURATION=1s RESULTS=/tmp/results.jsonl docs/performance/measure.sh
set -eu
cd "$(dirname "$0")/../.."

ACCOUNTS=${ACCOUNTS:-1000 10000 100000 1000000}
CONNECTIONS=${CONNECTIONS:-1 2 4 8 16 32 64 128 256 512}
HISTORY=${HISTORY:-10000 100000 1000000 10000000}
DURATION=${DURATION:-20s}
RESULTS=${RESULTS:-docs/performance/results.jsonl}

command -v jq >/dev/null || { echo 'Please install jq (make performance does where it can).' >&2; exit 1; }
# Beside the results, and not under /tmp, which may be memory.
folder=$(mktemp -d "$(dirname "$RESULTS")/databases-XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

# run SERIES OPTION...: one bench, which becomes one line. A verdict that fails ends the script.
run() {
	series=$1
	shift
	echo "== $series: $*" >&2
	TMPDIR=$folder ./bin/bankbench --json --duration "$DURATION" "$@" >"$folder/run.json"
	jq -c --arg series "$series" '{series: $series} + .' "$folder/run.json" >>"$RESULTS"
}

for n in $CONNECTIONS; do
	run connections --connections "$n"
done
for n in $ACCOUNTS; do
	run accounts --accounts "$n"
done
for n in $HISTORY; do
	run history --history "$n" --accounts 1000
done
# Ten accounts, so that even in the shortest history a month fills a page; one connection, so that nobody waits in line.
for n in $HISTORY; do
	run reads --history "$n" --accounts 10 --connections 1 --mix read=1
done
