#!/bin/sh
# --backup: a copy of an index while others read and write it.
# usage: sh tests/backup_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
index=$build/quire-index
query=$build/quire-query

articles() { # WORD
	awk -v word="$1" 'BEGIN {
		for (i = 1; i <= 2000; i++)
			printf "{\"id\":\"n%d\",\"title\":\"Number %d\",\"text\":\"%s w%d\"}\n", i, i, word, i % 97
	}'
}

articles first >a.jsonl
ok 'an index is made' exit_is 0 "$index" -q -i ./one a.jsonl
ok 'it is copied' exit_is 0 "$index" -i ./one --backup two
ok 'which is said' says '^./one: copied to two and compared, '
ok 'the copy is whole' exit_is 0 "$index" -q -i ./two --check
"$query" -i ./one -n 0 --json w5 | sed 's/"index":"[^"]*"//; s/"ms":[0-9]*//' >one.json
"$query" -i ./two -n 0 --json w5 | sed 's/"index":"[^"]*"//; s/"ms":[0-9]*//' >two.json
ok 'and answers as the index does' cmp one.json two.json
ok 'it is readable by its owner only' [ "$(stat -c %a two)" = 600 ]
ok 'no other file is left' [ "$(echo two*)" = 'two two-lock two.json' ]
ok 'what is there is not overwritten' exit_is 2 "$index" -i ./one --backup two
ok 'which is said' complains 'two exists already'
ok 'nor is a folder made' exit_is 2 "$index" -i ./one --backup none/two
ok '--json says it too' sh -c "'$index' -i ./one --backup three --json |
	grep -q '\"type\":\"backup\".*\"path\":\"three\",\"bytes\":[1-9]'"
ok 'an index that is not there' exit_is 2 "$index" -i ./nothing --backup four
ok 'is not copied' [ ! -e four ]

# Each copy is that of one commit, whatever is written meanwhile.
(for i in 1 2 3 4 5 6 7 8; do
	articles "round$i" >a.jsonl
	"$index" -q -i ./one a.jsonl
done) &
writer=$!
wrong=0
for i in 1 2 3 4 5 6; do
	"$index" -q -i ./one --backup "copy$i" || wrong=$((wrong + 1))
	"$index" -q -i "./copy$i" --check || wrong=$((wrong + 1))
	total=0 kinds=0
	for word in first round1 round2 round3 round4 round5 round6 round7 round8; do
		found=$("$query" -i "./copy$i" -c "$word" 2>/dev/null)
		total=$((total + ${found:-0}))
		[ "${found:-0}" -gt 0 ] && kinds=$((kinds + 1))
	done
	[ "$total" = 2000 -a "$kinds" = 1 ] || wrong=$((wrong + 1))
done
wait $writer
ok 'copies made beside a writer are each that of one commit' [ $wrong = 0 ]

# A damaged index is not copied as if it were whole.
size=$(stat -c %s one)
for at in 3 5 7; do
	printf 'damage' | dd of=one bs=1 seek=$((size / 10 * at)) conv=notrunc 2>/dev/null
done
ok 'a damaged index is said to be that' exit_is 3 "$index" -i ./one --backup five
ok 'and nothing is left of its copy' [ "$(echo five*)" = 'five*' ]
sum_up
