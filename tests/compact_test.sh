#!/bin/sh
# quire-index --compact and --drop with the programs as they are.
# usage: sh tests/compact_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
index=$build/quire-index
query=$build/quire-query

articles() {
	awk -v first="$1" -v last="$2" 'BEGIN {
		split("storm harbour bridge council closed cables winds", word)
		for (i = first; i <= last; i++) {
			printf "{\"id\":\"a%d\",\"title\":\"Storm %d\",", i, i
			printf "\"author\":\"Ana Lima\",\"text\":\""
			for (k = 0; k < 60; k++)
				printf "%s%s ", word[(i * k) % 7 + 1], \
				    (i + k) % 3 ? "" : "s"
			print "\"}"
		}
	}'
}

size() {
	stat -c %s "$1"
}

# The ids found by some queries, in their order.
answers() {
	for words in storm 'harbour bridge' '"closed cables"' 'author:lima winds'
	do
		"$query" -i ./i --json -n 0 "$words" |
			sed -n 's/.*"id":"\([^"]*\)".*/\1/p'
	done
}

articles 1 3000 >news.jsonl
"$index" -q -i ./i news.jsonl || exit 2
articles 1800 3000 >news.jsonl
"$index" -q -i ./i news.jsonl --prune || exit 2
articles 5000 5400 >more.jsonl
"$index" -q -i ./i more.jsonl || exit 2
before=$(size i)
answers >before.txt

ok 'an index is compacted with exit status 0' \
	exit_is 0 "$index" -i ./i --compact
ok 'both sizes are told' grep -q 'before, .* now' out
ok 'the file is smaller' [ "$(size i)" -lt $((before * 3 / 4)) ]
ok 'no unfinished file is left' [ -z "$(ls -d i.* 2>ls.txt)" ]
ok 'the compacted index is whole' exit_is 0 "$index" -i ./i --check
ok 'it is readable by its owner only' [ "$(stat -c %a i)" = 600 ]
answers >after.txt
ok 'something was found before' [ -s before.txt ]
ok 'the same articles are found in the same order' cmp before.txt after.txt

articles 1800 2900 >news.jsonl
ok 'a compacted index is updated' exit_is 0 "$index" -q -i ./i news.jsonl
ok 'the updated index is whole' exit_is 0 "$index" -i ./i --check

ok 'removing says that the bytes stay until --compact' sh -c \
	"'$index' -i ./i --remove a2000 2>&1 | grep -q -- --compact"
ok 'removing and compacting at once do not say so' sh -c \
	"! '$index' -i ./i --remove a2001 --compact 2>&1 | grep -q 'stay in'"
ok 'a removed article is not found' \
	exit_is 1 "$query" -i ./i id:a2001

# Somebody reads the index.
mkfifo hold
"$query" -i ./i --batch - --json <hold >held.txt 2>&1 &
reader=$!
exec 9>hold
echo storm >&9
tries=0
until [ -s held.txt ] || [ $tries -ge 50 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
ok 'an index that somebody reads is not swapped, exit status 2' \
	exit_is 2 "$index" -i ./i --compact
ok 'who reads it is told' grep -q "process $reader" err
ok 'an index that somebody reads is not dropped' \
	exit_is 2 "$index" -i ./i --drop
ok 'its file is still there' [ -f i ]
exec 9>&-
wait $reader
ok 'when the reader is gone the index is compacted' \
	exit_is 0 "$index" -i ./i --compact
ok 'it is whole after all that' exit_is 0 "$index" -i ./i --check

ok 'a file that is no index is not dropped' \
	exit_is 2 "$index" -i ./news.jsonl --drop
ok 'that file is still there' [ -s news.jsonl ]
ok 'an index is dropped' exit_is 0 "$index" -i ./i --drop
ok 'nothing of it is left' [ -z "$(ls -d i i-* 2>ls.txt)" ]
ok 'it cannot be dropped twice' exit_is 2 "$index" -i ./i --drop

sum_up
