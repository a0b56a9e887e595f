#!/bin/sh
# The same archive gives the same answers, byte for byte, however many
# threads read it, however little memory they have, however it is cut.
# usage: sh tests/determinism_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
corpus=$root/../shared/corpora/pm-transcripts.jsonl.zst

cat > queries <<'END'
storm
harbour
harbour bridge
bridge OR storm
bridge -storm
"the bridge"
"the harbour bridge"
~"storm warnings"
=storms
=bridge OR =bridges
title:bridge
title:storm harbour
body:harbour
author:lima
author:*
date:*
date:1990..2000
date:?
storm date:2020..
the
of the
"of the"
minister
prime minister
"prime minister"
minister NEAR/5 government
government PRE/3 australia
"government policy"~5
(economy OR budget) NOT tax
economy OR budget OR tax
australia
australia title:australia
national security
title:interview date:1970..1985
author:menzies
author:"gough whitlam"
-minister
water OR drought OR rain
school education
café
election campaign promise
"in the house of representatives"
END

# answer INDEX: what it says to all queries, without what changes each time.
answer() {
	for sort in best new; do
		"$build/quire-query" -i "./$1" --json -n 50 -s "$sort" \
		    --batch queries 2> /dev/null |
		    sed 's/"ms":[0-9.]*,\{0,1\}//g; s/"index":"[^"]*"//g'
	done
}

# same SOURCE OPTIONS...: as with one thread and no other options.
same() {
	source=$1
	shift
	rm -f other other-lock
	"$build/quire-index" -q -i ./other "$@" "$source" || return 1
	answer other > other.answers
	cmp one.answers other.answers
}

# archive NAME SOURCE
archive() {
	rm -f one one-lock
	"$build/quire-index" -q -j 1 -i ./one "$2" || failed=$((failed + 1))
	answer one > one.answers
	n=$(grep -c '"score"' one.answers)
	echo "# $1: $n hits, $(wc -l < queries) queries"
	ok "$1: the queries find enough to compare" test "$n" -gt "$3"
	ok "$1: answers are the same at -j 2" same "$2" -j 2
	ok "$1: answers are the same at -j 5" same "$2" -j 5
	ok "$1: answers are the same at -m 64M" same "$2" -j 2 -m 64M
	ok "$1: answers are the same with commits of 1 MB" \
	    same "$2" -j 2 --commit 1M
}

archive fixtures "$root/fixtures/articles" 50
if [ -f "$corpus" ]; then
	zstd -dcq "$corpus" 2> /dev/null | head -n 3000 > speeches.jsonl
	archive speeches "$folder/speeches.jsonl" 1000
else
	echo 'skipped: the speeches are not here (../shared)'
fi
sum_up
