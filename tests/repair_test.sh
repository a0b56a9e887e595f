#!/bin/sh
# quire-index --repair and quire-query --partial: a part of each kind damaged.
# usage: sh tests/repair_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
index=$build/quire-index
query=$build/quire-query

# articles NAME FIRST LAST [WORD]: JSON Lines.
articles() {
	awk -v name="$1" -v first="$2" -v last="$3" -v more="${4:-}" 'BEGIN {
		split("storm harbour bridge council closed cables winds", word)
		for (i = first; i <= last; i++) {
			printf "{\"id\":\"%s%d\",\"title\":\"Storm %d\",", \
			    name, i, i
			printf "\"date\":\"2021-%02d\",\"part\":\"news\",", \
			    i % 12 + 1
			printf "\"text\":\"everywhere %s ", more
			for (k = 0; k < 80; k++)
				printf "%s%s number%d ", \
				    word[(i * k) % 7 + 1], \
				    (i + k) % 3 ? "" : "s", i * k
			print "\"}"
		}
	}'
}

# hits INDEX [OPTION...]: what is said of all articles, in order of ids.
hits() {
	of=$1
	shift
	"$query" -i "$of" -n 0 --json "$@" everywhere 2>hits.err |
		sed -n 's/^{"type":"hit","rank":[0-9]*,\(.*\),"score":[0-9.]*/\1/p' |
		sort
}

# zero FILE PAGE [N]: pages of zeros.
zero() {
	dd if=/dev/zero of="$1" bs=4096 seek="$2" count="${3:-1}" \
		conv=notrunc 2>dd.txt
}

# harm_text FILE: zeroes a page of packed text that is in use.
harm_text() {
	for at in $(LC_ALL=C grep -obUaP '\x28\xb5\x2f\xfd' "$1" |
		cut -d: -f1); do
		cp "$1" before
		zero "$1" $((at / 4096))
		"$index" -q -i "./$1" --check=quick 2>err || return 0
		cp before "$1"
	done
}

# fresh: a copy of the index to be damaged, as ./bad.
fresh() {
	rm -f bad bad-lock bad.damaged*
	cp good bad
}

# Whether each hit of the first file is one of the second, too.
is_part() {
	[ -z "$(comm -23 "$1" "$2")" ]
}

articles a 1 600 >first.jsonl
articles b 1 300 >second.jsonl
"$index" -q -i ./good first.jsonl || exit 2
"$index" -q -i ./good second.jsonl || exit 2
articles a 21 600 changed >first.jsonl
"$index" -q -i ./good --prune || exit 2
hits ./good >right
total=$(wc -l <right)

fresh
ok 'a whole index is not repaired' exit_is 0 "$index" -i ./bad --repair
ok 'which is said' says 'nothing is damaged, and nothing was changed'
ok 'it is as it was' cmp good bad
ok 'no other file is made' [ ! -e bad.damaged ]
ok 'a file that is no index is not repaired' \
	exit_is 2 "$index" -i ./first.jsonl --repair
ok 'nor one that is not there' exit_is 2 "$index" -i ./none --repair

# Every page, one after the other.
pages=$(($(stat -c %s good) / 4096))
page=0 wrong=0 lossy=0 whole=0 partial=0
while [ $page -lt $pages ]; do
	fresh
	zero bad $page
	cp bad harmed
	"$query" -q -i ./bad everywhere 2>err
	case $? in 0|3) ;; *) wrong=$((wrong + 1)) ;; esac
	hits ./bad --partial >part
	is_part part right || { wrong=$((wrong + 1)); echo "# part $page"; }
	[ -s part ] && partial=$((partial + 1))
	"$index" -i ./bad --repair --json >out 2>err
	status=$?
	case $status in
	0) whole=$((whole + 1)) ;;
	1) lossy=$((lossy + 1)) ;;
	*) wrong=$((wrong + 1)); echo "# page $page: status $status"; cat err ;;
	esac
	"$index" -q -i ./bad --check 2>err || {
		wrong=$((wrong + 1)); echo "# page $page: check"; cat err; }
	hits ./bad >kept
	is_part kept right || { wrong=$((wrong + 1)); echo "# kept $page"; }
	lost=$(sed -n 's/.*"lost":\([0-9]*\).*/\1/p' out)
	[ $(($(wc -l <kept) + ${lost:-0})) -eq "$total" ] || {
		wrong=$((wrong + 1)); echo "# page $page: lost ${lost:-}"; }
	[ ! -e bad.damaged ] || cmp -s bad.damaged harmed ||
		wrong=$((wrong + 1))
	page=$((page + 3))
done
echo "# repaired without loss $whole, with loss $lossy; partly searched $partial"
ok 'whatever page is gone, what was kept is as it was and the rest is told' \
	[ $wrong -eq 0 ]
ok 'some losses are told' [ $lossy -gt 0 ]

# The kept articles answer as in an index of them alone.
fresh
harm_text bad
ok 'an index with damage is searched in whole or not at all' \
	exit_is 3 "$query" -i ./bad everywhere
ok 'the hint names --check and --partial' complains \
	'hint: quire-index -i ./bad --check .*--partial'
ok '--partial searches the rest' \
	exit_is 0 "$query" -i ./bad --partial -n 0 everywhere
ok 'and says how much is not searched' complains \
	'note: index ./bad is damaged: [0-9,]* of its [0-9,]* articles are not searched'
ok 'with --json it is a number' sh -c \
	"'$query' -i ./bad --partial --json -n 0 everywhere 2>err |
	grep -q '\"not_searched\":[1-9]'"
ok 'a check says what it means' exit_is 3 "$index" -i ./bad --check
ok 'for articles' complains 'articles can be read whole'
ok 'and what to do' complains 'hint: quire-index -i ./bad --repair'
ok 'with --json each article is an object' sh -c \
	"'$index' -i ./bad --check --json | grep -q '^{\"type\":\"lost\",\"id\":'"
ok 'a repair with losses has exit status 1' \
	exit_is 1 "$index" -i ./bad --repair
ok 'it says what was kept' says 'articles kept, [0-9,]* could not be read'
ok 'and where the damaged file is' says 'kept as bad.damaged$'
ok 'and that files are read again' says 'read again by the next'
harm_text bad
"$index" -q -i ./bad --repair >out 2>err
ok 'a second damaged file does not take the place of the first' \
	[ -e bad.damaged.2 ]
ok 'the next run brings back what was lost' exit_is 0 "$index" -i ./bad
hits ./bad >again
ok 'so that the answers are those of before' cmp right again

# An id that was removed stays away.
fresh
"$index" -q -i ./bad --remove a500 b7 2>err
harm_text bad
"$index" -i ./bad --repair >out 2>err
hits ./bad >kept
ok 'what was removed does not come back' \
	sh -c '! grep -q -e "\"a500\"" -e "\"b7\"" kept || grep -q "back" out'

# No text: what is whole stays, and the rest is named.
"$index" -q -i ./bare --no-text first.jsonl || exit 2
"$index" -q -i ./bare second.jsonl || exit 2
harm_text bare
"$index" -i ./bare --repair --json >out 2>err
status=$?
ok 'of an index without text what is whole is kept' [ $status -eq 1 ]
ok 'and whole' exit_is 0 "$index" -i ./bare --check
"$index" -q -i ./bare
ok 'what it lost is read again' sh -c \
	"[ \"\$('$query' -i ./bare -c everywhere)\" = 880 ]"

# Its first page is another one.
fresh
dd if=good of=bad bs=4096 skip=5 count=1 conv=notrunc 2>dd.txt
ok 'an index with a wrong first page is damaged, not another kind of file' \
	exit_is 3 "$query" -i ./bad everywhere
ok 'and repaired' exit_is 0 "$index" -i ./bad --repair
hits ./bad >kept
ok 'without loss' cmp right kept

# Killed at any moment, it leaves the old file or the new one.
fresh
harm_text bad
cp bad harmed
odd=0 old=0 new=0
for seconds in 0.005 0.01 0.015 0.02 0.03 0.04 0.05 0.06 0.08 0.1 0.15 0.3; do
	fresh
	cp harmed bad
	"$index" -q -i ./bad --repair >out 2>err &
	repairer=$!
	sleep $seconds
	kill -9 $repairer 2>kill.txt
	wait $repairer 2>wait.txt
	if cmp -s bad harmed; then
		old=$((old + 1))
	elif "$index" -q -i ./bad --check 2>err &&
		cmp -s bad.damaged harmed; then
		new=$((new + 1))
	else
		odd=$((odd + 1))
	fi
	"$index" -q -i ./bad --repair >out 2>err
	"$index" -q -i ./bad --check 2>err || odd=$((odd + 1))
	hits ./bad >kept
	is_part kept right || odd=$((odd + 1))
done
echo "# killed: $old times the old file, $new times the new one"
ok 'a repair that is killed leaves the old file or the new one' [ $odd -eq 0 ]
ok 'and no unfinished one once it went through' \
	[ -z "$(ls -d bad.repair-* 2>ls.txt)" ]

# Who has it open is not disturbed.
fresh
harm_text bad
cp bad harmed
mkfifo hold
"$query" -i ./bad --batch - -c <hold >held.txt 2>&1 &
exec 3>hold
echo title:storm >&3
tries=0
while [ ! -s held.txt ] && [ $tries -lt 100 ]; do
	sleep 0.05
	tries=$((tries + 1))
done
ok 'an index that is open elsewhere is not repaired' \
	exit_is 2 "$index" -i ./bad --repair
ok 'and it is said by which process' complains 'is open in process [0-9]*'
ok 'it is as it was' cmp bad harmed
ok 'and no other file is left' [ -z "$(ls -d bad.damaged* bad.repair* 2>ls.txt)" ]
exec 3>&-
wait
rm -f hold

# Half of it, or nothing.
fresh
truncate -s 9000 bad
cp bad harmed
ok 'where nothing can be read nothing is changed' \
	exit_is 3 "$index" -i ./bad --repair
ok 'which is said' complains 'nothing of index ./bad can be read'
ok 'and left' cmp bad harmed

sum_up
