#!/bin/sh
# What quire-query answers to its options.
# usage: sh tests/query_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
index=$build/quire-index
query=$build/quire-query
export QUIRE_TODAY=2021-03-31

# An article for each day of two months, then one without a date.
awk 'BEGIN {
	for (i = 0; i < 59; i++)
		printf "{\"id\":\"a%d\",\"title\":\"Storm %d\",\"date\":" \
		    "\"2021-%02d-%02d\",\"text\":\"bridge\"}\n", \
		    i, i, i < 28 ? 2 : 3, i < 28 ? i + 1 : i - 27
	print "{\"id\":\"none\",\"title\":\"Storm\",\"text\":\"bridge\"}"
}' >days.jsonl
"$index" -q -i ./i days.jsonl || exit 2

# --- dates ---

# number ARGUMENT...: how many articles it finds.
number() {
	"$query" -i ./i -c "$@" 2>number.txt
}

ok 'all articles are found' [ "$(number bridge)" -eq 60 ]
for date in 2021-03-10 2021-02 30d 1w 0d yesterday; do
	ok "--since $date is date:$date.." \
	    [ "$(number --since $date bridge)" -eq \
	    "$(number bridge date:$date..)" ]
	ok "--until $date is date:..$date" \
	    [ "$(number --until $date bridge)" -eq \
	    "$(number bridge date:..$date)" ]
done
ok '--until 30d ends 30 days ago' [ "$(number --until 30d bridge)" -eq 29 ]
ok 'both together are one range' \
	[ "$(number --since 30d --until 20d bridge)" -eq 11 ]
for date in '?' ..2025 2020.. 2020..2021 '>2020' '' soon; do
	ok "--since '$date' is refused" \
		exit_is 2 "$query" -i ./i --since "$date" bridge
	ok 'since it is not one date' complains "^quire-query: date \"$date\""
	ok "--until '$date' is refused" \
		exit_is 2 "$query" -i ./i --until "$date" bridge
done
ok 'forms of one date are shown' complains '2015-02-28, 1990s'

# --- words near each other ---

cat >near.jsonl <<'END'
{"id":"four","text":"harbour a storm b c d bridge"}
{"id":"five","text":"harbour a storm b c d e bridge"}
{"id":"two","text":"gale a b c d tunnel"}
{"id":"more","text":"gale a b c d e tunnel"}
END
"$index" -q -i ./near near.jsonl || exit 2
ok 'the help says how many others may stand between in "a b c"~5' sh -c \
	"'$query' --syntax | grep -q '~5 .*at most 4 others between'"
ok 'so does it' exit_is 0 "$query" -i ./near '"bridge harbour storm"~5' -l
ok 'with four it is found, with five not' sh -c '[ "$(cat out)" = four ]'
ok 'of two words as well' exit_is 0 "$query" -i ./near '"tunnel gale"~5' -l
ok 'as many as by NEAR' sh -c '[ "$(cat out)" = two ]'
ok 'which finds the same' exit_is 0 "$query" -i ./near 'tunnel NEAR/5 gale' -l
ok 'and no more' sh -c '[ "$(cat out)" = two ]'
ok 'no line of the help is longer than 80 columns' sh -c \
	"! { '$query' --help && '$query' --syntax; } | grep '.\{81\}'"

# --- why an article has its score ---

ok '--explain=N of the last article' \
	exit_is 0 "$query" -i ./i --explain=60 bridge
ok 'explains it' says '^60  Storm'
ok 'and notes nothing' sh -c '! grep -q note: err'
ok '--explain=N of no article' exit_is 0 "$query" -i ./i --explain=61 bridge
ok 'says that there is none' \
	complains '^note: no article 61 to explain: the answer has 60$'
ok 'it does with --json' sh -c \
	"'$query' -i ./i --explain=61 --json bridge 2>&1 | grep -q '^note: no'"
ok 'in a batch with the query' sh -c "printf 'q7\tbridge\n' |
	'$query' -i ./i --batch - --explain=61 2>&1 | grep -q '^note: q7: no a'"
ok 'and with -q it does not' sh -c \
	"[ -z \"\$('$query' -i ./i -q --explain=61 bridge 2>&1 |
	grep note:)\" ]"

sum_up
