#!/bin/sh
# Runs every row of `make trust` and prints the table at the end.
# usage: sh tests/trust/run.sh BUILD_DIR [ROW...]
# A row prints  name, count, failures, seed, seconds  and fails by its exit
# status.  QUIRE_SEED repeats what was found.
set -u
build=$1
shift
[ $# -gt 0 ] || set -- "$(dirname "$0")"/row_*.c
logs=$build/trust/logs
rm -rf "$logs"
mkdir -p "$logs"
failed=0
for row in "$@"; do
	name=$(basename "$row" .c)
	if "$build/trust/$name" >"$logs/$name" 2>&1; then
		echo "ok - $name"
	else
		failed=$((failed + 1))
		echo "not ok - $name"
		tail -n 40 "$logs/$name"
	fi
done
echo
echo 'name, count, failures, seed, seconds'
for row in "$@"; do
	name=$(basename "$row" .c)
	grep '^[^#].*, [0-9]*, [0-9]*, [0-9]*, [0-9]*$' "$logs/$name" ||
		echo "$name: no result"
done
[ "$failed" -eq 0 ]
