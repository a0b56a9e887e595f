#!/bin/sh
# What quire-query prints of an article can be opened, shown and removed.
# usage: sh tests/list_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
index=$build/quire-index
query=$build/quire-query

mkdir -p archive/1959 other away
printf 'Storm\n\nThe storm of the year.\n' >archive/1959/a.txt
printf 'Storm two\n' >archive/b.txt
printf 'Storm three\n' >other/b.txt
odd=$(printf 'archive/\337 odd.txt')
printf 'A gale\n' >"$odd"
printf '%s\n' '{"id":"r1","url":"https://news.example/1","text":"storm"}' \
	'{"id":"r2","text":"storm"}' '{"id":"p","path":"p","text":"hail"}' \
	>records.jsonl
"$index" -q -i ./i archive other/b.txt records.jsonl

ok '-l prints files as they are opened from here' exit_is 0 "$query" -i ./i -l storm
for path in archive/1959/a.txt archive/b.txt other/b.txt; do
	ok "such as $path" grep -qx "$path" out
done
ok 'of a record its address' grep -qx 'https://news.example/1' out
ok 'or its id' grep -qx r2 out
ok 'xargs opens them' sh -c \
	"'$query' -i ./i -0 'storm title:storm' | xargs -0 cat >out 2>err"
ok 'every file' [ "$(grep -c '^Storm' out)" -eq 3 ]
ok 'a name that is no UTF-8 too' sh -c \
	"'$query' -i ./i -0 gale | xargs -0 cat | grep -q '^A gale'"
ok "a record's own path stays as it is" sh -c \
	"[ \"\$('$query' -i ./i -l hail)\" = p ]"
(cd archive && "$query" -i ../i -l title:storm) >out
ok 'seen from the source the paths are shorter' grep -qx 1959/a.txt out
ok 'and absolute outside of it' grep -qx "$(pwd -P)/other/b.txt" out
ok '--json has the path' sh -c "'$query' -i ./i --json year |
	grep -q '\"path\":\"archive/1959/a.txt\"'"
ok 'and the id below the source' sh -c "'$query' -i ./i --json year |
	grep -q '\"id\":\"1959/a.txt\"'"
ok 'the title leads to the file' sh -c "'$query' -i ./i --link=always year |
	grep -q 'file://.*/archive/1959/a.txt'"

ok '--show takes what -l prints' exit_is 0 "$query" -i ./i --show archive/1959/a.txt
ok 'and shows it' says 'The storm of the year'
ok 'only that file, not another of its id' exit_is 0 \
	"$query" -i ./i --show other/b.txt
ok 'which says so' sh -c "grep -q three out && ! grep -q two out"
ok 'what is not there is not found' exit_is 1 "$query" -i ./i --show archive/c.txt

ok '--remove takes it too' exit_is 0 "$index" -i ./i --remove other/b.txt
ok 'and says what it removed' says '^other/b.txt: 1 article removed$'
ok 'the other of its id stays' sh -c \
	"[ \"\$('$query' -i ./i -l 'title:storm' | tr '\n' ' ')\" = \
	'archive/b.txt archive/1959/a.txt ' ]"
ok 'a path of nothing is an error' exit_is 2 "$index" -i ./i --remove other/b.txt
ok 'the index is whole' exit_is 0 "$index" -i ./i --check

sum_up
