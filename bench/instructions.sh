#!/bin/sh
# Counts the instructions (callgrind) of indexing a fixed archive and of fixed
# queries on it, and compares them with those kept in instructions.tsv.  Unlike
# seconds they are the same on a busy machine; they hold for one compiler.
#
#     instructions.sh BUILD [--keep]
#
# Says what costs over 5 % more or less than it did, and fails if anything
# costs more; --keep writes the new counts.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$(realpath "$1")
kept=$here/instructions.tsv
sh "$here/../common/deps.sh" valgrind
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export QUIRE_MAP_SIZE=17179869184 # valgrind maps no more than 32 GiB

# 4,000 articles of 20 to 420 words, of which rank r is met about 1 / r times
# as often as the first: some of each kind of list.
awk 'function random() { seed = seed * 16807 % 2147483647; return seed / 2147483647 }
	function word() { return "w" int(exp(random() * log(30000))) }
	BEGIN {
		seed = 42
		for (i = 0; i < 4000; i++) {
			n = 20 + int(random() * 400)
			printf "{\"id\":\"%d\",\"date\":\"%d-0%d-1%d\",\"title\":\"%s %s\",\"text\":\"", i,
				1990 + i % 30, 1 + i % 9, i % 10, word(), word()
			for (k = 0; k < n; k++)
				printf "%s%s", word(), k % 12 == 11 ? ". " : " "
			print "\"}"
		}
	}' >"$work/archive.jsonl"
awk 'BEGIN {
	split("1 2 3 5 9 17 40 90 200 500 1200 3000", w)
	for (i = 1; i <= 12; i++)
		for (k = i + 1; k <= 12; k += 2) {
			pair = "w" w[i] " w" w[k]
			print ++n "\tunion\t" pair " w" w[1 + (i * k) % 12]
			print ++n "\tintersection\t" pair
			print ++n "\tphrase\t" pair
			print ++n "\tother\tw" w[i] " NEAR/5 w" w[k]
			print ++n "\tother\tw" w[i] " NOT w" w[k]
			print ++n "\tother\ttitle:w" w[i] " date:1995..2005"
		}
}' >"$work/queries"

# count NAME COMMAND...: a line of the table.
count() {
	name=$1
	shift
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" \
		2>"$work/log" >"$work/out" || { cat "$work/log" >&2; exit 1; }
	printf '%s\t%s\n' "$name" \
		"$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$work/log")"
}

{
	count 'index, text kept' "$build/quire-index" -q -j 1 -i "$work/kept" \
		"$work/archive.jsonl"
	count 'index, no text' "$build/quire-index" -q -j 1 --no-text \
		-i "$work/quire" "$work/archive.jsonl"
	for kind in union intersection phrase other; do
		awk -F '\t' -v kind="$kind" '$2 == kind' "$work/queries" \
			>"$work/$kind.tsv"
		count "search, $kind" "$build/quire-bench" search --parse \
			"$work/quire" "$work/$kind.tsv" 1
	done
	count 'whole query, excerpts' "$build/quire-query" -i "$work/kept" w9 w40
	count 'check' "$build/quire-index" -i "$work/kept" --check
} >"$work/now"

awk -F '\t' -v now="$work/now" '
	FILENAME != now { before[$1] = $2; next }
	{
		ratio = before[$1] ? $2 / before[$1] : 1
		word = ratio > 1.05 ? "  DEARER" : ratio < 0.95 ? "  cheaper" : ""
		printf "%-24s %12d  %6.3f of what it was%s\n", $1, $2, ratio, word
		if (ratio > 1.05)
			dearer = 1
	}
	END { exit dearer }' "$(test -f "$kept" && echo "$kept" || echo /dev/null)" \
	"$work/now" && status=0 || status=1
[ "${2-}" != --keep ] || { cp "$work/now" "$kept"; status=0; }
exit $status
