#!/bin/sh
# What a person sees of quire-query: the pager, notes, messages, batches.
# usage: sh tests/query_messages_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
query=$build/quire-query

# Articles enough for three pages, one of them with a date.
awk 'BEGIN {
	for (i = 1; i <= 25; i++)
		printf "{\"id\":\"a%d\",\"title\":\"Tax %d\",\"text\":\"A " \
		    "tax on the canal.\",\"author\":\"Menzies\"%s}\n", i, i,
		    i == 7 ? ",\"date\":\"1959-03-04\"" : ""
}' >news.jsonl
"$build/quire-index" -q -i ./news news.jsonl

# --- the pager ---

# on_terminal VARIABLES COMMAND: as typed at a terminal; all that it says is
# kept in out.
on_terminal() {
	# shellcheck disable=SC2086
	env -u QUIRE_PAGER -u LESS TERM=xterm $1 script -qec "$2" /dev/null \
		>out 2>err </dev/null
}

cat >pager <<'END'
#!/bin/sh
echo >>paged
cat
END
chmod +x pager

if has_terminal; then
ok 'long output goes to a pager' on_terminal PAGER=./pager \
	"$query -i ./news tax"
ok 'which was started' [ -s paged ]
ok 'and shows it' says 'Page 1 of 3'
ok 'output that no pager could take' on_terminal PAGER=nosuchpager \
	"$query -i ./news tax"
ok 'is printed' says 'Page 1 of 3'
ok 'once' [ "$(grep -c 'Page 1 of 3' out)" = 1 ]
ok 'with a note' says 'note: the pager "nosuchpager" could not be started'
ok 'also if there is much of it' on_terminal PAGER=./nosuchpager \
	"yes tax | head -n 200 | $query -i ./news --batch - -n 0"
ok 'to its end' says '^# 200: tax'
ok 'and nothing of it twice' [ "$(grep -c '^# 1: tax' out)" = 1 ]
ok 'one that may not be run is none either' on_terminal PAGER=./news.jsonl \
	"$query -i ./news tax"
ok 'and the output is printed' says 'Page 1 of 3'
rm -f paged
ok 'a terminal that only has lines' on_terminal 'PAGER=./pager TERM=dumb' \
	"$query -i ./news tax"
ok 'gets them plainly' says 'Page 1 of 3'
ok 'and so does one of no known kind' on_terminal 'PAGER=./pager TERM=' \
	"$query -i ./news tax"
ok 'without a pager' [ ! -e paged ]

ln -s "$root/fixtures" fixtures
ln -s "$build/quire-index" "$build/quire-query" .
ok 'the demonstration' on_terminal PAGER=./pager 'sh fixtures/demo.sh .'
ok 'does not stop in one' [ ! -e paged ]
fi

# --- how it was read ---

ok 'words that nothing has' exit_is 1 "$query" -i ./news -v 'γέφυρες "Οδός"'
ok 'are told as they were typed' complains \
	'^No article has all of: γέφυρες, "Οδός"$'
ok 'with -v too' complains '^read as γέφυρες AND "Οδός"$'
ok 'a field and a blank' exit_is 0 "$query" -i ./news 'author: menzies OR tax'
ok 'are noted' complains \
	'^note: "author:" was read as a word.*  author:menzies$'
ok 'an operator in small letters' exit_is 0 "$query" -i ./news 'tax or canal'
ok 'is noted' complains '^note: "or" was left out.*  tax OR canal$'
ok 'and refused with --strict' exit_is 2 "$query" -i ./news --strict 'tax or canal'
ok 'an option with one minus' exit_is 0 "$query" -i ./news -n 1 -json tax
ok 'is the word that it says, with a note' complains \
	'^note: left out articles with "json"; the option is --json$'
ok 'also in JSON' sh -c "'$query' -i ./news --json tax -trec 2>/dev/null |
	grep -q '\"notes\":\[.*the option is --trec'"
ok 'other words have no note' exit_is 0 "$query" -i ./news tax -toll -jsons
ok 'at all' [ ! -s err ]

# --- nothing found ---

ok 'a word and a date' exit_is 1 "$query" -i ./news 'tax date:1800'
ok 'that exclude each other' complains '^No article matches tax AND date:1800$'
ok 'are each counted' complains '^  tax 25 articles$'
ok 'with the dates that there are' complains \
	'^  date:1800 0 articles; dates are 1959-03-04 to 1959-03-04$'
ok '--until is a condition too' exit_is 1 "$query" -i ./news --until 1800
ok 'and counted' complains '^  date:..1800-12-31 0 articles'
ok 'a phrase, a field and an id' exit_is 1 "$query" -i ./news \
	'"tax canal" author:menzies url:* id:a1 id:b'
ok 'are counted each as a whole' complains '^  "tax canal" 0 articles$'
ok 'and if that is none each of its words' complains '^  "canal" 25 articles$'
ok 'what has some is one line' complains '^  id:"a1" 1 article$'
ok 'and what has none another' complains '^  id:"b" 0 articles$'
ok 'an empty query' exit_is 1 "$query" -i ./news ''
ok 'has the note of a blank one' complains \
	'^note: there is no word to search for in the query$'
ok 'but not if dates are given' exit_is 0 "$query" -i ./news --strict \
	--since 1959 ''
ok 'a page after the last' exit_is 1 "$query" -i ./news -p 99999 tax
ok 'is told how many there are' says '^There are 3 pages · last: -p 3'
ok 'in JSON too' exit_is 1 "$query" -i ./news -p 99999 --json tax
ok 'on stderr' complains '^note: there are 3 pages$'
ok 'a count has no pages' exit_is 0 "$query" -i ./news -p 99999 -c tax
ok 'a batch that is not there' exit_is 2 "$query" -i ./news --batch nofile
ok 'is told as other files are' complains '^quire-query: nofile: no such file$'

# --- batches ---

printf 'tax\nb\tdate:soon\nc\tcanal\n' >batch.tsv
ok 'a query that cannot be read' exit_is 2 "$query" -i ./news --batch batch.tsv
ok 'is told with its line' complains '^quire-query: batch.tsv:2: date "soon" is'
ok 'has its heading' says '^# b: date:soon$'
ok 'with the reason' says '^not understood: date "soon" is not a date'
ok 'and does not end the batch' says '^# c: canal$'
ok 'of counts' exit_is 2 "$query" -i ./news -c --batch batch.tsv
ok 'it has a line' [ "$(cat out)" = "$(printf '1\t25\nb\terror\nc\t25')" ]
ok 'in JSON' exit_is 2 "$query" -i ./news --json -n 1 --batch batch.tsv
ok 'it has an object' says \
	'^{"type":"error","query_id":"b","query":"date:soon","message":"date .*"}$'
ok 'of TREC' exit_is 2 "$query" -i ./news --trec -n 1 --batch batch.tsv
ok 'it has no line' [ "$(wc -l <out)" = 2 ]

# --- long titles ---

awk 'BEGIN {
	printf "{\"id\":\"l\",\"text\":\"levies\",\"title\":\""
	for (i = 1; i <= 60; i++)
		printf "word%d ", i
	print "\"}"
}' >long.jsonl
"$build/quire-index" -q -i ./long long.jsonl
# fits: no line is wider than 80 columns, all here being ASCII but for signs.
fits() {
	! sed 's/[^ -~]\{1,\}/x/g' out | grep '.\{81\}'
}
ok 'a long title' exit_is 0 "$query" -i ./long levy
ok 'takes three lines' [ "$(grep -c 'word[0-9]' out)" = 3 ]
ok 'and then a sign' says 'word3[0-9] …$'
ok 'with --explain' exit_is 0 "$query" -i ./long --explain=1 \
	'levy OR taxes OR bridges OR harbours OR canals OR ministers OR roads'
ok 'it is whole' says 'word60$'
ok 'in lines that fit' fits
ok 'and end with no blank' sh -c '! grep " $" out'
ok 'and then its score' says '^    score [0-9.]*$'

# --- which index ---

export XDG_DATA_HOME="$folder/data"
ok 'the name of an index in this folder' exit_is 2 "$query" -i news tax
ok 'lacks its path' complains '^  hint: -i ./news  for the file here$'
"$build/quire-index" -q -i newt news.jsonl
ok 'also if another is called alike' exit_is 2 "$query" -i news tax
ok 'which is named' complains '^quire-query: no index "news"; there are: newt$'
ok 'but not suggested' complains '^  hint: -i ./news  for the file here$'
ok 'a name of nothing' exit_is 2 "$query" -i '' tax
ok 'is refused' complains '^quire-query: an index cannot be called ""$'
ok 'for writing too' exit_is 2 "$build/quire-index" -i '' news.jsonl
ok 'in the same words' complains '^quire-index: an index cannot be called ""$'

sum_up
