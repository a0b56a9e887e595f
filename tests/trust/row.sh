# shellcheck shell=sh
# What rows of `make trust` that are scripts share, as trust.h is for those
# in C.  $folder is a folder of their own that is removed when they end.
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C

# row_begin NAME LEAST: fewer than LEAST are a failure.
row_begin() {
	row_name=$1 row_least=$2 row_n=0 row_failures=0
	row_seed=${QUIRE_SEED:-0}
	row_started=$(date +%s)
}

row_count() {
	row_n=$((row_n + $1))
}

row_failed() {
	row_failures=$((row_failures + 1))
	echo "# $*"
}

# Ends the row at once if a tool is missing.
row_needs() {
	for tool; do
		command -v "$tool" >/dev/null 2>&1 && continue
		row_failed "no $tool here"
		row_end
	done
}

row_end() {
	echo "$row_name, $row_n, $row_failures, $row_seed," \
		"$(($(date +%s) - row_started))"
	if [ "$row_n" -lt "$row_least" ]; then
		echo "# $row_n, but at least $row_least are wanted"
		exit 1
	fi
	[ "$row_failures" -eq 0 ]
	exit
}
