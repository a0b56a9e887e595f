#!/bin/sh
# How many of the branches of the core are taken by the tests, and by the rows
# that let each call and each allocation fail; without fuzzing.
# usage: sh tests/trust/coverage.sh BUILD_DIR
#
# A branch is what `gcov -b` calls one, at -O0, in these folders and in include/
# as all files together take it, but not: those of a line with
# assert(), which no input may take, and those whose line is followed by
# abort(), likewise.  Of the decoding and the commit path all have to be taken
# but those that coverage.unreached beside this file explains.
# BUILD_DIR-coverage/coverage.log has the table by file, and every branch that was
# not taken; coverage/TEST/ what each test alone has counted.
set -u
build=${1:?usage: coverage.sh BUILD_DIR}
here=$(dirname "$0")
. "$here/row.sh"
row_begin 'branch coverage' 8000
row_needs gcc gcov gcov-tool
percent_least=${QUIRE_COVERAGE:-90}
jobs=$(getconf _NPROCESSORS_ONLN)
covered=${build%/}-coverage

case $covered in /*) covered=$(realpath --relative-to . "$covered") ;; esac
end=$covered/tests/coverage/end.o

# made BUILD LINKED TARGET...: with counters; a function that is always inlined
# would be counted once for each place.
made() {
	made_in=$1 linked=$2
	shift 2
	make --no-print-directory -j "$jobs" BUILD="$made_in" HARDEN_C= \
		OPTIMIZE='-O0 -g' LDFLAGS="--coverage $linked" \
		CFLAGS='--coverage -Dalways_inline=noinline -Wno-attributes' \
		"$@" >"$folder/made" 2>&1 && return
	tail -n 20 "$folder/made"
	row_failed 'the programs could not be made'
	row_end
}
made "$covered" '' "$end"
made "$covered" "-Wl,--wrap=_exit $end" test-programs trust-programs
# Values that were damaged before they were sealed: what stands behind seals.
made "$covered-crafted" '' SANITIZE=-fsanitize=address \
	CPPFLAGS=-DQUIRE_BELIEVE_SEALS "$covered-crafted/fuzz/crafted"

rm -rf "$covered/coverage"
mkdir -p "$covered/coverage"
top=$(cd "$covered/coverage" && pwd)
unset QUIRE_SEED

# Each test counts in a folder of its own.
export QUIRE_QUERIES=140 QUIRE_WORDS=2000 QUIRE_FLIPS=140 QUIRE_KILLS=8 \
	CK_TIMEOUT_MULTIPLIER=8
GCOV_PREFIX_STRIP=$(pwd | tr -cd / | wc -c)
export GCOV_PREFIX_STRIP
{
	for test in tests/test_*.c; do
		echo "$covered/tests/$(basename "$test" .c)"
	done
	for row in memory faults; do
		echo "$covered/trust/row_$row"
	done
	ls tests/*_test.sh
	echo "$covered-crafted/fuzz/crafted"
} | xargs -P "$jobs" -I TEST sh -c '
	test=$1 top=$2 covered=$3
	name=$(basename "$test" .sh)
	mkdir -p "$top/$name"
	export GCOV_PREFIX=$top/$name
	case $test in
	*.sh) sh "$test" "$covered" ;;
	*/crafted) ASAN_OPTIONS=handle_segv=2:handle_sigbus=2 "$test" \
		${QUIRE_DECODES:-200000} 1 ;;
	*) "$test" ;;
	esac >"$top/$name/said" 2>&1 </dev/null ||
		echo "$name: exit status $?" >>"$top/failed"
' sh TEST "$top" "$covered"
if [ -s "$top/failed" ]; then
	while read -r line; do
		row_failed "$line"
	done <"$top/failed"
fi

# All of them together; gcov-tool wants relative names, and no prefix for them.
unset GCOV_PREFIX_STRIP
sum=$top/sum
for own in "$top"/*/; do
	own=$(basename "$own")/$covered
	[ -d "$top/$own" ] || continue
	if [ ! -d "$sum" ]; then
		cp -r "$top/$own" "$sum"
		continue
	fi
	(cd "$top" && gcov-tool merge sum "$own" -o next) \
		>"$folder/merged" 2>&1 ||
		row_failed "$own: $(tail -n 1 "$folder/merged")"
	rm -rf "$sum"
	mv "$top/next" "$sum"
done
(cd "$sum" && find . -name '*.gcda') | while read -r file; do
	cp "$covered/${file%.gcda}.gcno" "$sum/$(dirname "$file")/"
done

# Those of the crafted values are of another build, so only the branches of
# both can be put together.
crafted=$top/crafted/$covered-crafted
(cd "$crafted" && find . -name '*.gcda') | while read -r file; do
	cp "$covered-crafted/${file%.gcda}.gcno" "$crafted/$(dirname "$file")/"
done

# FILE, LINE, N of each branch, how often taken, and the text of its line.
for file in common/*.c common/*/*.c indexer/*.c query/*.c; do
	[ -f "$sum/${file%.c}.gcda" ] ||
		[ "$(grep -c '\<if\>\|\<for\>\|\<while\>' "$file")" -eq 0 ] ||
		row_failed "$file: no test has run it"
	for counts in "$sum" "$crafted"; do
		[ -f "$counts/${file%.c}.gcda" ] || continue
		gcov -b -c -t -o "$counts/${file%.c}.gcda" "$file" 2>/dev/null |
			awk -f "$here/coverage.awk"
	done
done >"$folder/each"
awk -F '	' '
	{
		branch = $1 FS $2 FS $3
		if (!(branch in most) || $4 > most[branch])
			most[branch] = $4
		text[branch] = $5
	}
	END {
		for (branch in most)
			print branch FS most[branch] FS text[branch]
	}' "$folder/each" >"$folder/branches"

# coverage.unreached:  FILE|TEXT OF THE LINE|BRANCHES|why none can be taken
awk -F '	' -v known="$here/coverage.unreached" '
	BEGIN {
		while ((getline line <known) > 0) {
			if (line ~ /^#/ || line !~ /\|/)
				continue
			split(line, part, "|")
			may_miss[part[1] "|" part[2]] += part[3]
		}
	}
	{
		file = $1
		n[file]++
		if ($4 > 0) {
			taken[file]++
			next
		}
		missing[file]++
		print "not taken: " file ":" $2 ": " $5
		key = file "|" $5
		if (may_miss[key] > 0)
			may_miss[key]--
		else
			open[file]++
	}
	END {
		for (file in n)
			printf "file: %-36s %5d branches, %5d taken, %6.2f %%, %d not explained\n",
			    file, n[file], taken[file],
			    100 * taken[file] / n[file], open[file]
		for (key in may_miss)
			if (may_miss[key] > 0)
				print "taken after all: " key
	}' "$folder/branches" | sort >"$covered/coverage.log"

grep '^file:' "$covered/coverage.log" | awk '
	{ n += $3; taken += $5 }
	END { printf "%d %d %.2f\n", n, taken, n ? 100 * taken / n : 0 }' \
	>"$folder/total"
read -r n taken percent <"$folder/total"
row_count "$n"
echo "# $taken of $n branches taken, $percent %, of which the table is in" \
	"$covered/coverage.log"
awk -v p="$percent" -v least="$percent_least" 'BEGIN { exit !(p >= least) }' ||
	row_failed "$percent % of the branches, not $percent_least"

# Decoding, and the way of a commit.
grep -E '^file: (common/store/|include/store/|indexer/(store|deletions|batch))' \
	"$covered/coverage.log" >"$folder/strict"
while read -r line; do
	case $line in
	*' 0 not explained') ;;
	*) row_failed "${line#file: }" ;;
	esac
done <"$folder/strict"
grep '^taken after all' "$covered/coverage.log" >"$folder/after" &&
	while read -r line; do
		row_failed "$line"
	done <"$folder/after"
row_end
