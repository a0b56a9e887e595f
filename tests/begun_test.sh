#!/bin/sh
# A changed file of which a run was killed half-way, and which is then put
# back as it was, has its old articles again.
# usage: sh tests/begun_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"

# articles WORD: enough for several commits.
articles() {
	awk -v word="$1" 'BEGIN {
		for (i = 1; i <= 4000; i++) {
			printf "{\"id\":\"n%d\",\"text\":\"%s unique%d", i, word, i
			for (k = 0; k < 40; k++)
				printf " w%d", (i * 7919 + k * 104729) % 50021
			print "\"}"
		}
	}'
}

found() {
	"$build/quire-query" -i ./index -n 0 -c "$1" 2>/dev/null
}

articles old >a.jsonl
cp -p a.jsonl kept
"$build/quire-index" -q -i ./index a.jsonl
articles revised >a.jsonl
"$build/quire-index" -q --json -i ./index --commit 64K a.jsonl >out 2>err &
writer=$!
tries=0
until grep -q committed out || [ $tries -ge 500 ]; do
	sleep 0.01
	tries=$((tries + 1))
done
kill -9 $writer
wait $writer 2>/dev/null
revised=$(found revised)
echo "killed with $revised revised articles"
ok 'it was killed half-way' [ "${revised:-0}" -gt 0 -a "${revised:-0}" -lt 4000 ]

cp -p kept a.jsonl
ok 'the next run is good' exit_is 0 "$build/quire-index" -q -i ./index a.jsonl
ok 'the file has its old articles' [ "$(found old)" = 4000 ]
ok 'and no others' [ "$(found revised)" = 0 ]
ok 'the index is whole' exit_is 0 "$build/quire-index" -i ./index --check
sum_up
