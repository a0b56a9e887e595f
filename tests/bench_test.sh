#!/bin/sh
# The driver of comparisons measures what quire-query answers.
# usage: sh tests/bench_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
bench=$build/quire-bench

# The number of each article is its id, from 0.
awk 'BEGIN {
	split("the storm harbour bridge of council closed cables winds who", word)
	srand(11)
	for (i = 0; i < 3000; i++) {
		printf "{\"id\":\"%d\",\"title\":\"The storm %d\",", i, i
		printf "\"date\":\"%d\",\"text\":\"", 1985 + i % 20
		n = 5 + int(rand() * 60)
		for (k = 0; k < n; k++)
			printf "%s%s ", word[1 + int(rand() * rand() * 10)], \
			    rand() < .3 ? "s" : ""
		print "\"}"
	}
}' >news.jsonl
printf '%s\t%s\t%s\n' 1 union 'the' 2 union 'who winds' \
	3 union 'harbour bridge cables' 4 intersection 'council winds' \
	5 intersection 'the who of' 6 phrase 'the who' \
	7 phrase 'storm harbour bridge' 8 phrase 'closed cables' \
	9 query 'bridge OR (council -harbour) date:1990..1994' \
	10 intersection 'nowhere' >queries.tsv

# asked FORMS OPTION...: each question of queries.tsv to quire-query; a number
# or ids.
asked() {
	forms=$1
	shift
	tab=$(printf '\t')
	while IFS=$tab read -r id kind words; do
		any='' text=$words
		case $kind in
		union) any='--any --plain' ;;
		intersection) any=--plain ;;
		phrase) text="$forms\"$words\"" ;;
		esac
		# shellcheck disable=SC2086
		answer=$("$build/quire-query" -i ./dir/quire $any \
			--stop-words none "$@" -- "$text" | sed -n '/^{/!p
			s/^{"type":"hit",[^}]*"id":"\([0-9]*\)".*/\1/p' |
			tr '\n' ',')
		echo "$id $kind ${answer%,}"
	done <queries.tsv
}

# column N COMMAND: of what the driver printed, beside id and kind.
column() {
	awk -F '\t' -v n="$1" -v c="$2" '$3 == c { print $1, $2, $n }' out
}

ok 'quire-bench is built' [ -x "$bench" ]
ok 'without arguments it says how it is used' exit_is 2 "$bench"
mkdir dir
ok 'a corpus is indexed' exit_is 0 "$bench" index news.jsonl dir
ok 'and the line has the five figures' says \
	'^{"engine":"quire-[0-9.]*","docs":3000,"seconds":[0-9.]*,"cpu_seconds":[0-9.]*,"bytes":[0-9]*}$'
ok 'the bytes are those of the index' says "\"bytes\":$(stat -c %s dir/quire)}"

ok 'queries are timed' exit_is 0 "$bench" search dir queries.tsv 2
ok 'three commands of each query are printed' [ "$(wc -l <out)" -eq 30 ]
ok 'every line has six columns' [ -z "$(awk -F '\t' 'NF != 6' out)" ]
ok 'TOP_10 does not count' [ "$(awk -F '\t' \
	'$3 == "TOP_10" && $4 == -1' out | wc -l)" -eq 10 ]
ok 'all times are positive' [ -z "$(awk -F '\t' '$5 <= 0' out)" ]
asked '' -c >counts
ok 'something is found' grep -q ' [1-9][0-9][0-9]*$' counts
column 4 COUNT >driver
ok 'COUNT is what quire-query -c says' cmp counts driver
column 4 TOP_10_COUNT >driver
ok 'and so is TOP_10_COUNT' cmp counts driver
column 6 TOP_10 >driver
asked '' --json >best
ok 'TOP_10 are the first ten of quire-query' cmp best driver

ok 'phrases are asked in any forms' \
	exit_is 0 "$bench" search --forms --parse dir queries.tsv 1
asked '~' -c >forms
ok 'these find more' sh -c '! cmp -s counts forms'
column 4 COUNT >driver
ok 'and are counted as quire-query counts them' cmp forms driver

ok 'more kinds are made' exit_is 0 "$bench" search --extra dir queries.tsv 1
for kind in union-20 not date title phrase-forms; do
	ok "one of them is $kind" sh -c \
		"cut -f 2 out | grep -qx -- '$kind'"
done
ok 'TOP_1000 is one more command' says '	TOP_1000	'
ok 'NOT leaves out the last word' [ "$(awk -F '\t' \
	'$1 == "4:not" && $3 == "COUNT" { print $4 }' out)" = \
	"$("$build/quire-query" -i ./dir/quire -c council -winds)" ]

ok 'whole processes are timed' exit_is 0 "$bench" process --cold dir/quire 3 \
	"$build/quire-query" -i ./dir/quire storm
ok 'a run a line, by the clock and of CPU' [ "$(grep -cE \
	'^[0-9]+\.[0-9]{2}	[0-9]+\.[0-9]{2}$' out)" -eq 3 ]
ok 'a program that fails is told' exit_is 2 "$bench" process 1 \
	"$build/quire-query" -i ./none storm

sum_up
