#!/bin/sh
# Runs test programs, several at a time, and sums up.
# usage: sh tests/run.sh BUILD_DIR JOBS TEST...
# A test is a Check program or a shell test, which gets the build folder.
# QUIRE_ORDER, a number, runs them in a random order of its own.
# What a sanitizer has to say goes to findings, whatever becomes of the exit
# status of the program that it speaks of, and fails the whole.
set -u
build=$1 jobs=$2
shift 2
logs=$build/tests/logs findings=$build/tests/findings
rm -rf "$logs" "$findings"
mkdir -p "$logs" "$findings"
seen=$(cd "$findings" && pwd)
export ASAN_OPTIONS="log_path=$seen/address:exitcode=99:${ASAN_OPTIONS-}"
export UBSAN_OPTIONS="log_path=$seen/behaviour:print_stacktrace=1:exitcode=99:${UBSAN_OPTIONS-}"
export TSAN_OPTIONS="log_path=$seen/thread:exitcode=99:${TSAN_OPTIONS-}"

# The slow ones first, so that they do not run alone at the end.
printf '%s\n' "$@" | awk -v order="${QUIRE_ORDER-}" '
	BEGIN { srand(order) }
	order { print rand() "\t" $0; next }
	{ print (/analyzer|oracle|kill|damage|accents/ ? 0 : 1) "\t" $0 }' |
	sort -s -k 1,1g | cut -f 2 |
	xargs -P "$jobs" -I TEST sh -c '
	test=$1 build=$2 logs=$3
	name=$(basename "$test" .sh)
	start=$(date +%s)
	case $test in
	*.sh) sh "$test" "$build" >"$logs/$name" 2>&1 ;;
	*) "$test" >"$logs/$name" 2>&1 ;;
	esac
	status=$?
	seconds=$(($(date +%s) - start))
	if [ $status -eq 0 ]; then
		echo passed >"$logs/$name.result"
		echo "ok - $name (${seconds} s)"
	else
		echo failed >"$logs/$name.result"
		echo "not ok - $name (${seconds} s), exit status $status"
	fi
	grep -h "QUIRE_SEED\|^skip" "$logs/$name" | sed "s/^/    /"
	[ $status -eq 0 ] || tail -n 60 "$logs/$name"
	exit 0
' sh TEST "$build" "$logs"

# A program whose shell was killed says nothing, and xargs then starts no more:
# only what every program said counts.
missing=0
for test in "$@"; do
	name=$(basename "$test" .sh)
	[ -s "$logs/$name.result" ] && continue
	echo "not ok - $name, killed or never run"
	missing=$((missing + 1))
done
passed=$(cat "$logs"/*.result 2>/dev/null | grep -c passed)
failed=$(cat "$logs"/*.result 2>/dev/null | grep -c failed)
checks=$(sed -n 's/.*Checks: \([0-9]*\),.*/\1/p' "$logs"/* |
	awk '{ sum += $1 } END { print sum + 0 }')
sentences=$(grep -h '^ok - ' "$logs"/*_test 2>/dev/null | wc -l)
echo "$checks checks in C and $sentences sentences about whole programs"
if [ -n "$(ls "$findings")" ]; then
	cat "$findings"/* | head -n 400
	echo "sanitizers: $(ls "$findings" | wc -l) findings in $findings"
	failed=$((failed + 1))
fi
if [ $missing -gt 0 ]; then
	echo "$passed passed, $failed failed, but there are $# programs"
	exit 1
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
