#!/usr/bin/env bash
# Measures indexing and searching on archives; docs/PERFORMANCE.md has the
# figures.
#
#     bench.sh BUILD WORK QUERIES CORPUS.jsonl...
#
# BUILD is the folder where `make bench` put the programs, WORK one for
# indexes, 3 GB for the larger archive.  QUERIES holds JSON Lines with id, text
# and tags, whose first tag is the kind of the query; a name that ends in .tsv
# has the lines that quire-bench reads.
# REPEAT (3) is how often an archive is indexed; the best run counts.
# UPDATES (20) is how often one article is added, changed and removed.
# SECTIONS chooses among: speed memory size process update engine
# The lines of `engine` stay in WORK/NAME.search.tsv.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 4 ] || { sed -n '5,15s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$(realpath "$1")
mkdir -p "$2"
work=$(realpath "$2")
queries=$(realpath "$3")
shift 3
repeat=${REPEAT:-3}
updates=${UPDATES:-20}
sections=" ${SECTIONS:-speed memory size process update engine} "
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

# Lines of milliseconds by the clock and of CPU in one line.
sum_up() {
	sort -n | awk -F '\t' -v what="$1" '
		{ v[NR] = $1; wall += $1; cpu += $2 }
		$2 > most { most = $2 }
		END { printf "%s: median %.1f ms, of %.1f to %.1f;" \
		" CPU mean %.1f, at most %.1f\n", what,
		v[int((NR + 1) / 2)], v[1], v[NR], cpu / NR, most }'
}

# Whole processes: start, search, excerpts, end; with the index in memory,
# and after its pages were dropped.
time_process() {
	"$build/quire-bench" process 9 "$build/quire-query" \
		-i "$work/$name.quire" "$@" | sum_up "warm: $*"
	"$build/quire-bench" process --cold "$work/$name.quire" 9 \
		"$build/quire-query" -i "$work/$name.quire" "$@" |
		sum_up "cold: $*"
}

measure_process() {
	[ -f "$work/$name.quire" ] || index
	for query in 'parliament' 'climate policy' '"united states"' \
	    'the who' 'history of the united kingdom' 'date:1990..1999 tax'; do
		# Not every archive has dates; and nothing is quickly found.
		"$build/quire-query" -q -i "$work/$name.quire" "$query" ||
			continue
		time_process "$query"
	done
	time_process -n 0 parliament
	time_process -n 0 --json --snippets 0 parliament
	time_process -c parliament
}

# One article of a source of its own beside the archive.
write_article() {
	printf '{"id":"bench-%s","title":"A small change","text":"%s"}\n' \
		"$1" "The council closed the harbour bridge, edition $2."
}

run_indexer() {
	"$build/quire-bench" process 1 "$build/quire-index" -q \
		-i "$work/$name.small" "$@"
}

measure_update() {
	[ -f "$work/$name.quire" ] || index
	small=$work/$name.small.jsonl
	rm -f "$work/$name.small" "$work/$name.small-lock" "$small" \
		"$work"/update.*
	cp "$work/$name.quire" "$work/$name.small"
	for i in $(seq "$updates"); do
		write_article "$i" 0 >"$small"
		run_indexer --prune "$small" >>"$work/update.add"
		write_article "$i" 1 >"$small"
		run_indexer "$small" >>"$work/update.change"
		run_indexer --remove "bench-$i" >>"$work/update.remove"
	done
	for what in add change remove; do
		sum_up "one article, $what" <"$work/update.$what"
	done
	echo "the file: $(stat -c %s "$work/$name.quire") bytes before," \
		"$(stat -c %s "$work/$name.small") after"
	rm -f "$work/$name.small" "$work/$name.small-lock" "$small" \
		"$work"/update.*
}

# Id, kind and words of the pure kinds: lower case, letters and digits only.
read_queries() {
	sed -n 's/^{"id": "\([^"]*\)", "text": "\(.*\)", "tags": \["\([^"]*\)".*/\1\t\3\t\2/p' \
		"$queries" | LC_ALL=C awk -F '\t' -v OFS='\t' '
		$2 ~ /^(term|union|intersection|phrase)$/ {
		if ($2 == "term")
			$2 = "union"
		$3 = tolower($3)
		gsub(/[^a-z0-9]+/, " ", $3)
		gsub(/^ | $/, "", $3)
		if ($3 != "")
			print }'
}

# Of each kind and command; a kind that was made of a query of another one,
# beside the ten best of that.
tell_times() {
	awk -F '\t' -v OFS='\t' '{ print $2 " " $3, $5, $1 }' "$1" |
		LC_ALL=C sort -t "$(printf '\t')" -k 1,1 -k 2,2n |
		awk -F '\t' -v file="$1" '
		function tell() {
			if (n)
				printf "%-26s %8.1f %8.1f %8.1f %8.1f  %s\n",
				    kind, sum / n, v[int(n / 2)],
				    v[int(n * .99)], v[n - 1],
				    plain ? sprintf("%.2f", sum / plain) : ""
			n = sum = plain = 0
		}
		BEGIN {
			while ((getline line < file) > 0) {
				split(line, f, "\t")
				if (f[3] == "TOP_10")
					best[f[1]] = f[5]
			}
			printf "%-26s %8s %8s %8s %8s  %s\n", "microseconds",
			    "mean", "median", "p99", "max", "of plain TOP_10"
		}
		$1 != kind { tell(); kind = $1 }
		{ v[n++] = $2; sum += $2; id = $3
		  if (sub(/:.*/, "", id) || $1 ~ /TOP_1000/)
			plain += best[id] }
		END { tell() }'
}

measure_engine() {
	[ -f "$work/$name.quire" ] || index
	case $queries in
	*.tsv) cp "$queries" "$work/queries.tsv" ;;
	*) read_queries >"$work/queries.tsv" ;;
	esac
	"$build/quire-bench" search --extra "$work/$name.quire" \
		"$work/queries.tsv" 10 >"$work/$name.search.tsv"
	tell_times "$work/$name.search.tsv"
}

for corpus; do
	corpus=$(realpath "$corpus")
	name=$(basename "$corpus" .jsonl)
	echo "== $name"
	for section in speed memory size process update engine; do
		! wanted $section || measure_$section
	done
done
