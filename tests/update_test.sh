#!/bin/sh
# An index is kept up to date with its archive: what is new and changed is
# written, what is gone is removed, and nothing else happens.
# usage: sh tests/update_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"

# articles FIRST LAST [WORD]
articles() {
	awk -v first="$1" -v last="$2" -v word="${3:-plain}" 'BEGIN {
		for (i = first; i <= last; i++)
			printf "{\"id\":\"n%d\",\"title\":\"Number %d\",\"text\":\"an article of %s words, unique%d\"}\n", i, i, word, i
	}'
}

index() {
	"$build/quire-index" -i ./index --json "$@" >out 2>err
}

# summary NAME: a number of the last summary.
summary() {
	sed -n '/"type":"summary"/s/.*"'"$1"'":\([0-9]*\).*/\1/p' out | tail -n 1
}

counts() {
	[ "$(summary added) $(summary updated) $(summary removed) $(summary unchanged)" = "$1" ]
}

found() {
	"$build/quire-query" -i ./index -n 0 -c "$1" 2>/dev/null
}

articles 1 500 >a.jsonl
index a.jsonl
ok "a first run adds every record" counts "500 0 0 0"
ok "a new index is readable by its owner only" \
	[ "$(stat -c %a index)$(stat -c %a index-lock)" = 600600 ]
index
ok "a run without changes writes nothing" counts "0 0 0 500"
{ articles 1 200; articles 201 210 changed; articles 231 600; } >a.jsonl
index
ok "new and changed records are written, those gone are removed" \
	counts "100 10 20 470"
ok "the changed ones are found as they are now" [ "$(found changed)" = 10 ]
ok "and not as they were" [ "$(found 'plain unique205')" = 0 ]
ok "those gone are not found" [ "$(found unique220)" = 0 ]

cp a.jsonl saved
articles 1 100 >a.jsonl
index
status=$?
ok "where over half is gone the run fails with status 2" [ $status -eq 2 ]
ok "and removes nothing" [ "$(found article)" = 580 ]
ok "and says so" grep -q "prune" err out
index --prune
ok "--prune removes them" [ "$(found article)" = 100 ]
mv a.jsonl elsewhere
index
status=$?
ok "a source that is not there makes the run fail with status 2" [ $status -eq 2 ]
ok "and nothing of it is removed" [ "$(found article)" = 100 ]
mv elsewhere a.jsonl

articles 1 3 standard | sed 's/"n/"s/' | index -
ok "records of standard input are added" [ "$(found standard)" = 3 ]
articles 4 4 standard | sed 's/"n/"s/' | index -
ok "and are not removed for being absent later" [ "$(found standard)" = 4 ]

index --remove n7
ok "--remove removes an article" [ "$(found unique7)" = 0 ]
ok "and says that this is committed" \
	grep -q '"type":"committed","articles":1' out
ok "and says that its bytes stay in the file until --compact" \
	grep -q "compact" out err

{ articles 1 1 twice; articles 1 1 thrice; } | sed 's/"n1"/"same"/' >twice.jsonl
index twice.jsonl
ok "of two records with one id the last counts" \
	[ "$(found twice)$(found thrice)" = 01 ]
"$build/quire-index" -i ./index --failed -v >out 2>err
ok "and the other is listed" grep -q "twice.jsonl:1: same id" out

# A hundred small updates.
mkdir many
for i in $(seq 100); do
	articles "$((i + 1000))" "$((i + 1000))" many >"many/$i.jsonl"
	index many
done
"$build/quire-index" -i ./index --stats --json >out
segments=$(sed -n 's/.*"segments":\([0-9]*\).*/\1/p' out | head -n 1)
echo "after 100 updates: $segments segments"
ok "a hundred small updates leave a handful of segments" \
	[ "${segments:-99}" -le 12 ]
ok "and every article" [ "$(found many)" = 100 ]

# Searching goes on meanwhile: an answer is that of some commit.
articles 1 60000 >b.jsonl
"$build/quire-index" -q -i ./index --commit 64K b.jsonl >/dev/null 2>&1 &
process=$!
wrong=0 searches=0 before=0 grown=0
while kill -0 $process 2>/dev/null; do
	[ "$(found many)" = 100 ] || wrong=$((wrong + 1))
	now=$(found article)
	[ "${now:-0}" -ge $before ] || wrong=$((wrong + 1))
	[ "${now:-0}" -le $before ] || grown=$((grown + 1))
	before=${now:-0}
	searches=$((searches + 1))
done
wait $process
echo "$searches searches during an update, $wrong wrong, $grown found more"
ok "searching goes on during an update" [ $wrong -eq 0 ]
ok "and finds what is committed meanwhile" [ $grown -ge 2 ]

# A run that is interrupted goes on where it was.
articles 30001 110000 >c.jsonl
"$build/quire-index" -v -i ./index --commit 64K c.jsonl >told 2>/dev/null &
process=$!
until grep -qs '^committed' told || ! kill -0 $process 2>/dev/null; do
	sleep 0.005
done
kill -TERM $process 2>/dev/null
wait $process
ok "a run is interrupted by a signal" [ $? -eq 143 ]
told=$(sed -n 's/^committed \([0-9,]*\).*/\1/p' told | tr -d , | tail -n 1)
ok "after it acknowledged articles, but not all" \
	[ "${told:-0}" -gt 0 -a "${told:-0}" -lt 80000 ]
index c.jsonl
ok "the next run reads the rest" \
	[ $(($(summary added) + $(summary unchanged))) -eq 80000 ]
ok "and nothing again that was acknowledged" \
	[ "$(summary unchanged)" -ge "${told:-0}" ]
ok "and all is found" [ "$(found unique60001)$(found unique110000)" = 11 ]

"$build/quire-index" -i ./index --forget b.jsonl >out 2>err
ok "--forget removes a source with its articles" [ "$(found unique3999)" = 0 ]
"$build/quire-index" -i ./index --check >out 2>err
ok "after all that the index is whole" [ $? -eq 0 ]

sum_up
