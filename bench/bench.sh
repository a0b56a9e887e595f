#!/usr/bin/env bash
# Measures indexing and searching on archives; docs/PERFORMANCE.md has the
# figures.
#
#     bench.sh BUILD WORK QUERIES CORPUS.jsonl...
#
# BUILD is the folder of the programs, WORK one for indexes, 3 GB for the
# larger archive.  QUERIES holds JSON Lines with id, text and tags, whose
# first tag is the kind of the query.
# REPEAT (3) is how often an archive is indexed; the best run counts.
# SECTIONS chooses among: speed memory size process engine
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
[ $# -ge 4 ] || { sed -n '5,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$(realpath "$1")
mkdir -p "$2"
work=$(realpath "$2")
queries=$3
shift 3
repeat=${REPEAT:-3}
sections=" ${SECTIONS:-speed memory size process engine} "
TIMEFORMAT='%R %U %S'

wanted() {
	case $sections in *" $1 "*) ;; *) return 1 ;; esac
}

# Title and text of every record, as --stats counts it.
text_size() {
	"$build/quire-index" --stats -i "$1" --json |
		sed -n 's/.*"text_bytes":\([0-9]*\).*/\1/p' | head -n 1
}

index() {
	rm -f "$work/$name.quire"
	"$build/quire-index" -q -i "$work/$name.quire" "$@" "$corpus"
}

# The seconds of the best of several runs: of the clock, and of the CPU in
# the whole process, start to end.
best_seconds() {
	for _ in $(seq "$repeat"); do
		{ time index "$@" >&2; } 2>&1 | tail -n 1
	done | awk '{ cpu = $2 + $3
		if (NR == 1 || cpu < best) { best = cpu; wall = $1 } }
		END { print wall, best }'
}

measure_speed() {
	for jobs in 1 2; do
		seconds=$(best_seconds -j "$jobs")
		echo "$seconds $(text_size "$work/$name.quire")" | awk -v j=$jobs \
			'{ printf "index -j %d: %.1f s, CPU %.1f s, %.1f MB/s of text a core\n",
			j, $1, $2, $3 / 1e6 / $2 }'
	done
}

measure_memory() {
	for limit in 64M 256M default; do
		option="-m $limit"
		[ "$limit" != default ] || option=
		rm -f "$work/$name.quire"
		# shellcheck disable=SC2086
		peak=$("$here/memory.sh" "$build/quire-index" -q $option -j 2 \
			-i "$work/$name.quire" "$corpus" 2>&1 | tail -n 1)
		echo "memory, ${option:-no -m}: $peak"
	done
}

measure_size() {
	index --no-text
	echo "without the text:"
	"$build/quire-index" --stats -v -i "$work/$name.quire"
	index
	echo "with the text:"
	"$build/quire-index" --stats -v -i "$work/$name.quire"
}

# Whole processes, in milliseconds: start, search, ten excerpts, end.
time_process() {
	for _ in 1 2 3 4 5 6 7 8 9; do
		[ "$1" = warm ] || dd of="$work/$name.quire" oflag=nocache \
			conv=notrunc,fdatasync count=0 2>/dev/null
		{ time "$build/quire-query" -i "$work/$name.quire" "$2" \
			>/dev/null; } 2>&1 | tail -n 1
	done | awk '{ print $1 * 1000 }' | sort -n | awk -v what="$1" -v q="$2" \
		'{ v[NR] = $1 } END { printf "%s: median %d ms, of %d to %d: %s\n",
		what, v[int((NR + 1) / 2)], v[1], v[NR], q }'
}

measure_process() {
	[ -f "$work/$name.quire" ] || index
	for query in 'parliament' 'climate policy' '"united states"' \
	    'the who' 'history of the united kingdom' 'date:1990..1999 tax'; do
		time_process warm "$query"
		time_process cold "$query"
	done
}

# Id, kind and text of each query; the words of the pure kinds are bare.
read_queries() {
	sed -n 's/^{"id": "\([^"]*\)", "text": "\(.*\)", "tags": \["\([^"]*\)".*/\1\t\3\t\2/p' \
		"$queries" | awk -F '\t' -v OFS='\t' '{
		gsub(/\\"/, "\"", $3)
		if ($2 ~ /^(term|union|intersection|phrase)$/)
			gsub(/[+"]/, "", $3)
		print }'
}

measure_engine() {
	[ -f "$work/$name.quire" ] || index
	# shellcheck disable=SC2046
	cc -std=c11 -O2 -D_GNU_SOURCE -I"$root/include" -I"$root/query" \
		-o "$work/queries" "$here/queries.c" \
		$(find "$build/query" "$build/common" -name '*.o' ! -name main.o) \
		-pthread -llmdb -lstemmer -larchive -lzstd -lutf8proc -lxxhash -lm
	read_queries >"$work/queries.tsv"
	"$work/queries" "$work/$name.quire" "$work/queries.tsv" 10 \
		>"$work/$name.tsv"
	for command in TOP_10 COUNT TOP_10_COUNT; do
		awk -F '\t' -v c=$command '$3 == c { print $5, $2, $1 }' \
			"$work/$name.tsv" | sort -n | awk -v c=$command '
			{ v[NR] = $1; sum += $1; last = $0 }
			END { printf "%s: %d queries, mean %.0f, median %.0f, p99 %.0f," \
			" max %.0f microseconds (%s)\n", c, NR, sum / NR,
			v[int((NR + 1) / 2)], v[int(NR * .99)], v[NR], last }'
	done
}

for corpus; do
	corpus=$(realpath "$corpus")
	name=$(basename "$corpus" .jsonl)
	echo "== $name"
	for section in speed memory size process engine; do
		! wanted $section || measure_$section
	done
done
