#!/bin/sh
# Articles with one id in several places of a source: the last in the
# archive's order counts, whichever files happen to be read again.
# usage: sh tests/copies_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"

index() {
	"$build/quire-index" -i ./index "$@" >out 2>err
}

# Ids and titles of all articles of an index.
all() {
	"$build/quire-query" -i "$1" --stop-words none -n 0 --json every |
		sed -n 's/.*"id":"\([^"]*\)".*"title":"\([^"]*\)".*/\1 \2/p' |
		sort
}

record() { # ID TITLE
	printf '{"id":"%s","title":"%s","text":"every"}\n' "$1" "$2"
}

# --- two equal records, read twice ---

for word in zebra zebra b c d; do
	printf '{"text":"every %s"}\n' $word
done >twin.jsonl
index twin.jsonl
printf '{"text":"every e"}\n' >>twin.jsonl
index twin.jsonl
found() { "$build/quire-query" -i ./index -c "$1"; }
ok "of two equal records one is found after the file is read again" \
	[ "$(found zebra)" = 1 ]
ok "and nothing was removed" grep -q "removed 0" out
rm -f index*

# --- two files ---

mkdir two
record x old >two/a.jsonl
record x new >two/b.jsonl
record y other >>two/b.jsonl
index two
ok "the article of the later file counts" [ "$(all ./index | head -n 1)" = "x new" ]
ok "the summary says that one gave way" grep -q "same id: 1" out
"$build/quire-index" -i ./index --failed >out
ok "and which one, for which" \
	grep -q "two/a.jsonl:1: same id as in b.jsonl:1, which counts" out
record x older >two/a.jsonl
index
ok "when only the earlier file is read again, the later one still counts" \
	[ "$(all ./index | head -n 1)" = "x new" ]
record y other >two/b.jsonl
index
ok "when the later file has the id no more, the earlier one counts" \
	[ "$(all ./index | head -n 1)" = "x older" ]
record x new >two/0.jsonl
index
ok "a new file that comes before does not count" \
	[ "$(all ./index | head -n 1)" = "x older" ]
record x newest >two/c.jsonl
index
ok "one that comes after does" [ "$(all ./index | head -n 1)" = "x newest" ]
rm two/c.jsonl
index
ok "and when it is gone, what it hid is back" \
	[ "$(all ./index | head -n 1)" = "x older" ]
rm -f index*

# --- any changes: the same articles as in an index made anew ---

: "${QUIRE_SEED:=$(date +%s)}"
echo "copies: QUIRE_SEED=$QUIRE_SEED"
state=$QUIRE_SEED
below() { # sets n to a number below $1
	state=$(((state * 1103515245 + 12345) % 2147483648))
	n=$((state / 65536 % $1))
}

write_file() { # NAME
	below 4
	for _ in $(seq 0 $n); do
		below 6
		id=$n
		below 5
		record $id "v$n"
	done >"many/$1.jsonl"
}

mkdir many
for file in a b c d; do write_file $file; done
index many
wrong=0
for round in $(seq 60); do
	below 5
	case $n in 0) changes=2 ;; *) changes=1 ;; esac
	for _ in $(seq $changes); do
		below 6
		file=$(echo abcdef | cut -c $((n + 1)))
		below 4
		if [ $n = 0 ]; then rm -f "many/$file.jsonl"; else write_file $file; fi
	done
	touch -d "@$((1000000000 + round))" many/*
	index --prune many
	rm -f fresh*
	"$build/quire-index" -q -i ./fresh many 2>/dev/null
	all ./index >kept
	all ./fresh >made
	cmp -s kept made || { wrong=$((wrong + 1)); diff kept made; }
done
ok "60 times changed, the articles are those of an index made anew" \
	[ $wrong = 0 ]
"$build/quire-index" -q -i ./index --check
ok "and the index is whole" [ $? = 0 ]

# --- a source that was away ---

mkdir away
record p one >away/1.jsonl
record q two >away/2.jsonl
rm -f index*
index away
mv away elsewhere
index --prune
ok "--prune removes the articles of a source that is not there" \
	[ -z "$(all ./index)" ]
mv elsewhere away
index
ok "and they are back when it is" [ "$(all ./index | wc -l)" = 2 ]

# --- how much is gone ---

mkdir ten
rm -f index*
for i in 0 1 2 3 4 5 6 7 8 9; do record $i first >ten/$i.jsonl; done
index ten
for i in 0 1 2 3 4 5; do record $i second >ten/$i.jsonl; done
rm ten/7.jsonl ten/8.jsonl ten/9.jsonl
index
ok "three of ten that are gone are removed, when six others changed" \
	[ $? = 0 -a "$(all ./index | wc -l)" = 7 ]
rm ten/6.jsonl
index --full
ok "and one of seven, when all are read again" \
	[ $? = 0 -a "$(all ./index | wc -l)" = 6 ]

# --- standard input ---

echo '{"id":"broken' | index -
record s standard | index -
"$build/quire-index" -i ./index --failed >out
ok "what failed on standard input is listed after the next one" \
	grep -q "^-:1: not JSON" out
sum_up
