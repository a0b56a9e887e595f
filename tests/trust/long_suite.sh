#!/bin/sh
# The whole suite again and again: under the address and undefined-behaviour
# sanitizers of gcc and of clang, and under the thread sanitizer, each time in
# another random order.  Every run must pass the same tests, and none may have
# anything to report, leaks included.
# usage: sh tests/trust/long_suite.sh BUILD_DIR      (half an hour)
set -u
logs=$1/trust/suite
mkdir -p "$logs"
for tool in gcc clang; do
	command -v $tool >/dev/null 2>&1 || sh common/deps.sh $tool || exit 1
done
: "${QUIRE_SEED:=$(date +%s)}"
order=$((QUIRE_SEED % 1000000))
unset QUIRE_SEED # each test has a seed of its own
failed=0

# run NAME TARGET COMPILER: one row of the table.
run() {
	started=$(date +%s)
	order=$((order + 1))
	QUIRE_ORDER=$order make --no-print-directory "$2" CC="$3" \
		>"$logs/$2-$3" 2>&1
	status=$?
	grep '^not ok\|^sanitizers:\|^skip' "$logs/$2-$3" | sed 's/^/# /'
	[ $status -eq 0 ] || tail -n 30 "$logs/$2-$3" | sed 's/^/# /'
	grep '^ok - ' "$logs/$2-$3" | sed 's/ ([0-9]* s)$//' | sort \
		>"$logs/$2-$3.passed"
	sed -n 's/^\([0-9]*\) checks in C .*/checks in C: \1/p' \
		"$logs/$2-$3" >>"$logs/$2-$3.passed"
	count=$(sed -n 's/^\([0-9]*\) checks in C and \([0-9]*\) .*/\1 + \2/p' \
		"$logs/$2-$3")
	bad=0
	[ $status -eq 0 ] && [ -n "$count" ] || bad=1
	failed=$((failed + bad))
	echo "$1, $((${count:-0})), $bad, $order, $(($(date +%s) - started))"
}

run 'suite by gcc: addresses and undefined behaviour' sanitize gcc
run 'suite by clang: addresses and undefined behaviour' sanitize clang
run 'suite by gcc: threads' tsan gcc
differences=0
for other in sanitize-clang tsan-gcc; do
	diff "$logs/sanitize-gcc.passed" "$logs/$other.passed" >"$logs/diff" ||
		differences=$((differences + $(grep -c '^[<>]' "$logs/diff")))
	sed 's/^/# /' "$logs/diff"
done
echo "suite in three random orders: differences, 3, $differences, $order, 0"
[ $failed -eq 0 ] && [ $differences -eq 0 ]
