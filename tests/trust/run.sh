#!/bin/sh
# Runs the rows of `make trust` one after another and prints their table.
# usage: sh tests/trust/run.sh BUILD_DIR [ROW...]
# A row is a program or a script that gets the folder of the programs.  It
# prints  name, count, failures, seed, seconds  for each thing that it tries,
# and fails by its exit status.  One that may not do here what it needs to
# (mount a disk, say) ends with status 77 and is told apart from the rest: it
# proves nothing.  QUIRE_SEED repeats what was found.
set -u
build=$1
shift
here=$(dirname "$0")
# Weeks in fast motion are for `make torture`.
[ $# -gt 0 ] || set -- $(ls "$here"/row_*.c "$here"/row_*.sh | grep -v row_weeks)
logs=$build/trust/logs
rm -rf "$logs"
mkdir -p "$logs"
started=$(date +%s)
failed=0 not_run=0
for row; do
	file=$(basename "$row")
	name=${file%.*}
	case $file in
	*.sh) sh "$here/$name.sh" "$build" >"$logs/$name" 2>&1 ;;
	*) "$build/trust/$name" >"$logs/$name" 2>&1 ;;
	esac
	case $? in
	0) echo "ok - $name" ;;
	77)
		echo "not run - $name"
		grep 'not run' "$logs/$name"
		not_run=$((not_run + 1))
		;;
	*)
		echo "not ok - $name"
		tail -n 40 "$logs/$name"
		failed=$((failed + 1))
		;;
	esac
done
echo
echo 'name, count, failures, seed, seconds'
for row; do
	file=$(basename "$row")
	name=${file%.*}
	grep '^[^#].*, [0-9]*, [0-9]*, [0-9]*, [0-9]*$' "$logs/$name" ||
		echo "$name: no result"
done
echo
echo "$# rows in $(($(date +%s) - started)) seconds: $failed failed, $not_run not run"
[ "$failed" -eq 0 ]
