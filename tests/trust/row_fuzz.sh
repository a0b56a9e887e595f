#!/bin/sh
# Fuzzing with libFuzzer under the address and undefined-behaviour sanitizers:
# old findings and seeds first, then every target of tests/fuzz for some time.
# usage: sh tests/trust/row_fuzz.sh BUILD_DIR, from the top folder
# QUIRE_FUZZ_SECONDS of each target (30), QUIRE_FUZZ_TARGETS (all), QUIRE_SEED
# as elsewhere; QUIRE_FUZZ_FOLDER keeps what was reached for the next run.
set -u
seconds=${QUIRE_FUZZ_SECONDS:-30}
seed=${QUIRE_SEED:-$(date +%s)}
build=build-fuzz
logs=${1:?usage: row_fuzz.sh BUILD_DIR}/trust/fuzz
rm -rf "$logs"
mkdir -p "$logs"
if ! make --no-print-directory fuzz >"$logs/build" 2>&1; then
	echo "fuzz, 0, 1, $seed, 0"
	tail -n 20 "$logs/build" | sed 's/^/# /'
	exit 1
fi
targets=${QUIRE_FUZZ_TARGETS:-$(ls tests/fuzz/target_*.c |
	sed 's|.*/target_||; s|\.c$||')}
reached=${QUIRE_FUZZ_FOLDER:-$logs/reached}
"$build/fuzz/seeds" "$logs/seeds" >"$logs/build" 2>&1 || {
	echo "fuzz, 0, 1, $seed, 0"
	sed 's/^/# /' "$logs/build"
	exit 1
}

# One target; its row goes to a file, since two run at a time.
cat >"$logs/run.sh" <<'RUN'
target=$1 build=$2 logs=$3 reached=$4 seconds=$5 seed=$6
found=$logs/found/$target
mkdir -p "$found" "$reached/$target" "$logs/seeds/$target"
old=$(ls -d "tests/fuzz/corpus/$target" 2>/dev/null)
words=
[ -e "tests/fuzz/words/$target" ] && words=-dict=tests/fuzz/words/$target
start=$(date +%s)
# shellcheck disable=SC2086
"$build/fuzz/$target" -seed="$((seed % 2147483647 + 1))" \
	-max_total_time="$seconds" -entropic=0 -timeout=10 -rss_limit_mb=512 -verbosity=1 \
	-print_final_stats=1 $words -artifact_prefix="$found/" "$reached/$target" \
	"$logs/seeds/$target" $old >"$logs/$target" 2>&1
status=$?
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/$target")
# About a third of what the slowest of them reach on two quiet cores.
least=30000
[ "$target" = image ] && least=1500
least=$((least * seconds / 30))
[ "$least" -gt 0 ] || least=1
bad=0
if [ "$status" -ne 0 ]; then
	bad=1
	{
		grep -a -m 3 'does not hold\|ERROR: \|runtime error' "$logs/$target"
		ls "$found"/* 2>/dev/null
	} | sed "s/^/# fuzz $target: /"
fi
if [ "${runs:-0}" -lt "$least" ]; then
	echo "# fuzz $target: at least $least were wanted"
	touch "$logs/too-few"
fi
echo "fuzz $target, ${runs:-0}, $bad, $seed, $(($(date +%s) - start))"
exit "$bad"
RUN
export ASAN_OPTIONS="handle_segv=2:handle_sigbus=2:handle_abort=1:quarantine_size_mb=8:malloc_context_size=6:${ASAN_OPTIONS-}"
export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS-}"
# shellcheck disable=SC2086
printf '%s\n' $targets | xargs -P "${QUIRE_JOBS:-2}" -I TARGET sh \
	"$logs/run.sh" TARGET "$build" "$logs" "$reached" "$seconds" "$seed"
status=$?
[ "$status" -eq 0 ] && [ ! -e "$logs/too-few" ]
