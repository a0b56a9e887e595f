#!/bin/sh
# Real values of an index with random damage, read by every decoder with
# seals believed, under the address and undefined-behaviour sanitizers.
# usage: sh tests/trust/row_crafted.sh BUILD_DIR, from the top folder
# QUIRE_DECODES sets how many (1,000,000), QUIRE_SEED repeats.
set -u
decodes=${QUIRE_DECODES:-1000000}
jobs=${QUIRE_JOBS:-2}
seed=${QUIRE_SEED:-$(date +%s)}
logs=${1:?usage: row_crafted.sh BUILD_DIR}/trust/crafted
rm -rf "$logs"
mkdir -p "$logs"
if ! make --no-print-directory fuzz >"$logs/build" 2>&1; then
	echo "crafted index, 0, 1, $seed, 0"
	tail -n 20 "$logs/build" | sed 's/^/# /'
	exit 1
fi
export ASAN_OPTIONS="handle_segv=2:handle_sigbus=2:${ASAN_OPTIONS-}"
export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS-}"
start=$(date +%s)
i=0
while [ "$i" -lt "$jobs" ]; do
	build-fuzz/fuzz/crafted $(((decodes + jobs - 1) / jobs)) \
		$((seed + i)) >"$logs/$i" 2>&1 &
	i=$((i + 1))
done
wait
count=0
failures=0
for log in "$logs"/[0-9]*; do
	n=$(tail -n 1 "$log" | grep -x '[0-9]*')
	count=$((count + ${n:-0}))
	[ -n "$n" ] && continue
	failures=$((failures + 1))
	grep -a 'seed\|does not hold\|ERROR: \|runtime error\|    #[0-4] ' "$log" |
		head -n 12 | sed 's/^/# crafted index: /'
done
echo "crafted index, $count, $failures, $seed, $(($(date +%s) - start))"
if [ "$count" -lt "$decodes" ]; then
	echo "# crafted index: at least $decodes were wanted"
	failures=$((failures + 1))
fi
[ "$failures" -eq 0 ]
