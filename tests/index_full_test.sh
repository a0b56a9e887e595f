#!/bin/sh
# A full disk: an error in words, and a whole index.  Needs a file system of
# its own, so it is skipped where none can be mounted.
# usage: sh tests/index_full_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
index=$build/quire-index
mkdir disk
if ! mount -t tmpfs -o size=6m tmpfs disk 2>mount.txt; then
	echo 'skipped: no file system can be mounted here'
	echo '0 passed, 0 failed'
	rm -rf "$folder"
	exit 0
fi
trap 'cd /; umount "$folder/disk"; rm -rf "$folder"' EXIT

articles() {
	awk -v first="$1" -v last="$2" 'BEGIN {
		srand(first)
		for (i = first; i <= last; i++) {
			printf "{\"id\":\"a%d\",\"text\":\"", i
			for (k = 0; k < 120; k++)
				printf "w%d ", int(rand() * 20000)
			print "\"}"
		}
	}'
}

fill() {
	head -c 20000000 /dev/zero >disk/fill 2>fill.txt
}

articles 1 1000 >some.jsonl
articles 1 60000 >all.jsonl

fill
ok 'an index that has no room at all ends with status 2' \
	exit_is 2 "$index" -i disk/i some.jsonl
ok 'it says why' grep -q 'no space left on the disk' err
ok 'nothing is left of it' [ "$(ls disk)" = fill ]
rm disk/fill
ok 'with room it is made' exit_is 0 "$index" -q -i disk/i some.jsonl
ok 'one that grows too large ends with status 2' \
	exit_is 2 "$index" -i disk/i --commit 1M all.jsonl
ok 'it says that too' grep -q 'no space left on the disk' err
n=$("$index" -i disk/i --stats | sed -n '1s/.*: \([0-9,]*\) articles.*/\1/p' |
	tr -d ,)
ok 'it says how many articles it had read in vain' \
	grep -q '; the last [1-9][0-9,]* articles read were not kept$' err
ok 'and the record that the next run goes on after' grep -q \
	"free space and run the same command again; the index is whole up to all.jsonl:$((n - 1000))\$" err
ok 'the index is whole' exit_is 0 "$index" -i disk/i --check
fill
ok 'it can be read on a full disk' exit_is 0 "$index" -i disk/i --stats
rm -f disk/i-lock
fill
ok 'without its lock file it cannot, and says so' \
	exit_is 2 "$index" -i disk/i --stats
ok 'in words' grep -q 'no space left on the disk' err
rm disk/fill disk/i
ok 'after that it is made anew' exit_is 0 "$index" -q -i disk/i some.jsonl
fill
ok 'compacting without room ends with status 2' \
	exit_is 2 "$index" -i disk/i --compact
ok 'the index is as it was' exit_is 0 "$index" -i disk/i --check
ok 'no unfinished file is left' [ -z "$(ls -d disk/i.* 2>ls.txt)" ]
rm disk/fill
ok 'with room it is compacted' exit_is 0 "$index" -i disk/i --compact

sum_up
