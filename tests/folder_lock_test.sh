#!/bin/sh
# A process that was stopped while it opens an index, or puts one in its
# place, makes nobody wait for ever.
# usage: sh tests/folder_lock_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
index=$build/quire-index
query=$build/quire-query

command -v flock >/dev/null || {
	echo 'skipped: there is no flock(1)'
	exit 0
}
echo '{"id":"1","text":"storm"}' >a.jsonl
mkdir home
"$index" -q -i home/i a.jsonl || exit 2

# within COMMAND...: it ends in its time.
within() {
	timeout 8 "$@"
}

# hold OPTION: what the stopped process holds, -x alone, -s with others.
hold() {
	rm -f held
	flock "$1" home sh -c 'echo >held; exec sleep 60' &
	holder=$!
	until [ -f held ]; do sleep 0.02; done
}

# let_go: the lock goes with the one who holds it and its child.
let_go() {
	kill $(ps -o pid= --ppid $holder) $holder 2>/dev/null
	wait $holder 2>/dev/null
}

hold -x
ok 'a search does not wait for ever for a swap' \
	exit_is 2 within "$query" -i home/i storm
ok 'and says why' complains 'does not go on'
ok 'with what to do' complains 'hint: look for a stopped quire-index'
ok 'nor does a writer' exit_is 2 within "$index" -i home/i a.jsonl
ok 'it says the same' complains 'does not go on'
let_go
ok 'then a search works' exit_is 0 "$query" -i home/i storm

hold -s
ok 'a search shares the folder' exit_is 0 within "$query" -i home/i storm
ok '--compact does not wait for ever for a reader' \
	exit_is 2 within "$index" -i home/i --compact
ok 'and says why' complains 'is about to open an index'
ok 'no unfinished file is left' [ -z "$(ls -d home/i.* 2>/dev/null)" ]
ok 'nor does --drop' exit_is 2 within "$index" -i home/i --drop
let_go
ok 'then --compact works' exit_is 0 "$index" -i home/i --compact
ok 'nothing is lost' exit_is 0 "$query" -i home/i storm
ok 'and the index is whole' exit_is 0 "$index" -i home/i --check
sum_up
