#!/bin/sh
# An index that is changed over and over stays small: at most 3.2 times what
# its living articles need, and 1.05 times after --compact.
# usage: sh tests/size_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"

# Some 6 MB of articles.  EDITION changes one of EVERY of them, others each
# time.
archive() {
	awk -v edition="$1" -v every="$2" 'BEGIN {
		srand(7)
		for (i = 1; i <= 8000; i++) {
			text = ""
			for (k = 0; k < 150; k++)
				text = text " w" int(exp(rand() * 9))
			if (every && (i + edition) % every == 0)
				text = text " edition" edition
			printf "{\"id\":\"%d\",\"title\":\"Article %d\",\"text\":\"%s\"}\n", i, i, text
		}
	}' >archive.jsonl
}

index() {
	"$build/quire-index" -q -i "$@" || exit 2
}

size() {
	stat -c %s "$1"
}

# What the articles need: the same in an index of its own, compacted.
needed() {
	rm -f fresh fresh-lock
	index ./fresh archive.jsonl
	index ./fresh --compact
	size fresh
}

# The file never gets smaller but by --compact, so its size after a run is
# the largest that it had.
worst=0
run() {
	index ./index "$@" archive.jsonl
	ratio=$(($(size index) * 100 / needs))
	[ $ratio -le $worst ] || worst=$ratio
}

changes() {
	archive 0 0
	rm -f index index-lock
	needs=$(needed)
	worst=0
	run "$@"
	for edition in 1 2 3 4 5 6; do
		archive $edition 5
		run "$@"
	done
	for edition in 7 8; do
		archive $edition 1
		run "$@"
	done
	run --full "$@"
	echo "$*: at most $worst % of the $needs bytes that are needed"
	ok "the file is at most 3.2 times what is needed ($*)" \
		[ $worst -le 320 ]
}

changes --commit 1M
changes --commit 256M
needs=$(needed)
index ./index --compact
echo "$(size index) bytes after --compact, $needs are needed"
ok "after --compact it is at most 1.05 times that" \
	[ $(($(size index) * 100)) -le $((needs * 105)) ]
ok "and it is whole" "$build/quire-index" -q -i ./index --check

sum_up
