#!/bin/sh
# A reader that stays on an old state of the index: it goes on with that,
# writers go on too, and the file does not grow by merging.
# usage: sh tests/parked_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"

articles() { # FIRST LAST WORD
	awk -v first="$1" -v last="$2" -v word="$3" 'BEGIN {
		for (i = first; i <= last; i++) {
			printf "{\"id\":\"n%d\",\"text\":\"%s", i, word
			for (k = 0; k < 60; k++)
				printf " w%d", (i * 7919 + k * 104729) % 50021
			print "\"}"
		}
	}'
}

index() {
	"$build/quire-index" -i ./index "$@" >out 2>err
}

articles 1 3000 old >a.jsonl
index a.jsonl
mkfifo pipe
"$build/quire-query" -i ./index --batch - -n 0 -c <pipe >answers 2>parked &
reader=$!
exec 3>pipe
echo old >&3
until [ -s answers ]; do sleep 0.02; done

said=0 failed_runs=0
for i in $(seq 30); do
	articles 1 3000 "round$i" >a.jsonl
	index || failed_runs=$((failed_runs + 1))
	grep -q "process $reader reads the index" out && said=$((said + 1))
done
ok "thirty updates of everything go on beside it" [ $failed_runs = 0 ]
ok "it is said which process keeps old pages" [ $said -ge 5 ]
used=$("$build/quire-index" -i ./index --stats --json |
	sed -n 's/.*"bytes":\([0-9]*\).*/\1/p' | head -n 1)
size=$(stat -c %s index)
echo "file $size bytes after 30 updates, $used in use"
echo old >&3
exec 3>&-
wait $reader
ok "the reader still has the answers of its state" \
	[ "$(cut -f 2 answers | sort -u)" = 3000 -a "$(wc -l <answers)" = 2 ]

articles 1 3000 last >a.jsonl
index
ok "when it has ended nothing is said" sh -c '! grep -q "reads the index" out'
segments=$("$build/quire-index" -i ./index --stats --json |
	sed -n 's/.*"segments":\([0-9]*\).*/\1/p' | head -n 1)
ok "and segments are merged again" [ "${segments:-99}" -le 4 ]
"$build/quire-index" -q -i ./index --check
ok "the index is whole" [ $? = 0 ]
sum_up
