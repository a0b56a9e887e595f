#!/bin/sh
# What quire-index counts: summary, --failed, --stats, --json, committed N.
# usage: sh tests/index_report_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
index=$build/quire-index

is_json() {
	! grep -v '^{"type":"[a-z]*",.*}$' out
}

articles() {
	awk -v first="$1" -v last="$2" 'BEGIN {
		for (i = first; i <= last; i++)
			printf "{\"id\":\"a%d\",\"title\":\"Storm\",\"date\"" \
			    ":\"20%02d-03\",\"text\":\"w%d bridge\"," \
			    "\"lang\":\"%s\"}\n", i, i % 20, i,
			    i % 4 ? "en" : "fr"
	}'
}

# --- the summary ---

articles 1 1200 >news.jsonl
ok 'an index is made' exit_is 0 "$index" -i ./i news.jsonl
ok 'its articles are counted' says '^Index ./i: 1,200 articles, '
ok 'what was added is counted' says 'added 1,200   updated 0'
ok 'languages are counted' says 'languages *en 900 *fr 300'
ok 'dates are told' says 'dates *2000-03-01 to 2019-03-31'
ok 'what to do next is said' says 'Try: quire-query -i ./i'
ok 'nothing is said on stderr' [ ! -s err ]

sed -i '5d; s/w10 bridge/w10 tunnel/' news.jsonl
articles 2000 2002 >>news.jsonl
ok 'an update' exit_is 0 "$index" -i ./i --json news.jsonl
ok 'is one line of JSON but for commits' is_json
ok 'with the right numbers' says \
	'"type":"summary".*"added":3,"updated":1,"removed":1,"unchanged":1198,"skipped":0'
ok 'with -q nothing is printed' sh -c \
	"[ -z \"\$('$index' -q -i ./i --full 2>&1)\" ]"

ok 'with -q --json what is for programs is' sh -c \
	"'$index' -q --json -i ./i | grep -q '^{\"type\":\"summary\"'"

# --- committed N ---

articles 1 90000 >many.jsonl
ok 'small commits' exit_is 0 "$index" -v -i ./many --commit 1M many.jsonl
grep '^committed ' out | sed 's/.* //' >committed.txt
ok 'each commit is told' [ "$(wc -l <committed.txt)" -ge 4 ]
ok 'their numbers rise' sort -n -c committed.txt
ok 'the last one is all' [ "$(tail -n 1 committed.txt)" = 90000 ]
ok 'with --json too' sh -c "'$index' --json -i ./json --commit 1M many.jsonl |
	grep -q '^{\"type\":\"committed\",\"articles\":90000}\$'"

# --- files of no known form ---

mkdir pages
printf '<p>storm</p>' >pages/a.html
printf '<p>gale</p>' >pages/b.HTML
printf 'storm,gale\n1,2\n' >pages/c.csv
ok 'a folder without an article makes exit status 1' exit_is 1 \
	"$index" -i ./pages-index pages
ok 'and is told' complains '^quire-index: pages: no article in it$'
ok 'with the way to see why' complains 'quire-index -i ./pages-index --failed -v'
ok 'what was passed over is counted by its ending' says \
	'files of no known form, ignored: 3 (2 .html, 1 .csv)$'
ok 'an update that finds nothing is no failure' exit_is 0 "$index" -i ./pages-index
ok '--failed -v' exit_is 0 "$index" -i ./pages-index --failed -v
ok 'lists the files' says '^pages/c.csv: no known form (ignored)$'
ok '--failed' exit_is 0 "$index" -i ./pages-index --failed
ok 'only counts them' sh -c "! grep -q '^pages' out"
ok 'so that nobody takes all for read' says '^3 files of no known form, ignored (--f'
ok 'the index is whole' exit_is 0 "$index" -i ./pages-index --check
ok 'a page that is named is refused' exit_is 1 "$index" -i ./pages-index pages/a.html
ok 'with the reason' complains '^pages/a.html: HTML is not read yet (skipped)$'
printf 'Storm\n' >pages/d.txt
ok 'with one article in it' exit_is 0 "$index" -i ./pages-index pages
ok 'nothing is complained of' [ ! -s err ]
ok 'no records from a pipe are no failure' exit_is 0 "$index" -i ./pages-index -

# --- what was not read ---

cat >bad.jsonl <<'END'
{"id":1,"text":"one"}
{"id":2,"text":""}
{"id":3,"other":1}
nonsense
{"id":4,"text":"four","date":"soon"}
{"id":5,"text":"five","date":"03/04/2015"}
END
ok 'skipped records make exit status 1' exit_is 1 "$index" -i ./bad bad.jsonl
ok 'each is told with its line' complains '^bad.jsonl:4: not JSON: .*(skipped)'
ok 'how to list them is told' says '3 records were skipped: quire-index'
ok 'so are doubts' says '2 records were indexed with a doubt'
ok 'again nothing is new' exit_is 0 "$index" -i ./bad bad.jsonl
ok '--failed lists them' exit_is 0 "$index" -i ./bad --failed
ok 'with file and line' says '^bad.jsonl:2: no text: "text" is empty$'
ok 'counts them by reason' says '^3 records skipped: 2 no text, 1 not JSON$'
ok 'and counts the doubts' says \
	'^2 records indexed with a doubt: 2 dates not understood (--failed -v)$'
ok '--failed -v lists the doubts too' exit_is 0 "$index" -i ./bad --failed -v
ok 'with their dates' says '^bad.jsonl:6: date not understood: 03/04/2015'
ok '--failed --json is JSON' exit_is 0 "$index" -i ./bad --failed --json
ok 'one object for each' [ "$(wc -l <out)" -eq 5 ]
ok 'each with a type' is_json
sed -i '4d' bad.jsonl
ok 'what was mended is read' exit_is 1 "$index" -i ./bad bad.jsonl
ok 'it is not listed any more' sh -c \
	"! '$index' -i ./bad --failed | grep -q 'not JSON'"
ok 'an index without failures says so' sh -c \
	"'$index' -i ./i --failed | grep -q 'every record was read'"

echo '{"id":1,"text":"one","tags":"a","Tags":"b"}' >twice.jsonl
"$index" -q -i ./twice twice.jsonl
ok 'a key that stands twice is a doubt' exit_is 0 "$index" -i ./twice --failed -v
ok 'and named' says '^twice.jsonl:1: key "tags" stands twice (kept)$'

printf '\033[31mred\n' >"$(printf 'evil\033name.jsonl')"
"$index" -i ./evil evil*.jsonl >out 2>err
ok 'no control character of a name reaches the terminal' sh -c \
	"! cat out err | grep -q \"\$(printf '\033')\""
"$index" -i ./evil --failed >out 2>&1
ok 'nor by --failed' sh -c "! grep -q \"\$(printf '\033')\" out"

yes '{"id":1}' | head -n 12 >dozen.jsonl
ok 'of many skipped records' exit_is 1 "$index" -i ./dozen dozen.jsonl
ok 'ten are told' [ "$(grep -c '(skipped)$' err)" -eq 10 ]
ok 'and that there are more' complains '^  and more$'
ok 'how to list them is told once' sh -c \
	"[ \"\$(cat out err | grep -c -e --failed)\" -eq 1 ]"
head -n 10 dozen.jsonl >ten.jsonl
ok 'of just ten' exit_is 1 "$index" -i ./ten ten.jsonl
ok 'there are no more' sh -c "! grep -q more err"

# --- statistics ---

ok '--stats counts articles and words' exit_is 0 "$index" -i ./i --stats
ok 'of the living' says '^./i: 1,202 articles'
ok 'each with its words' says '3,606 words'
ok 'sizes are told' says 'postings .* positions .* dictionary .* text .* rest'
ok 'so are the sources' says 'sources *news.jsonl *1,202'
ok 'of a small index' sh -c "echo '{\"text\":\"storm\"}' | '$index' -q -i ./small -"
ok 'nothing is said of what is not there' sh -c \
	"! '$index' -i ./small --stats | grep -q '[^0-9]0 bytes'"
if has_terminal; then
script -qec "stty cols 50; '$index' -i ./i --stats" typed >out 2>err
ok 'a terminal is not too narrow for it' [ "$(tr -d '\r' <out |
	LC_ALL=C.UTF-8 awk '{ if (length($0) > n) n = length($0) } END { print n }')" -le 50 ]
ok 'and nothing is lost' [ "$(tr -cd 'a-z0-9' <out)" = \
	"$("$index" -i ./i --stats | tr -cd 'a-z0-9')" ]
fi
ok '--stats --json' exit_is 0 "$index" -i ./i --stats --json
ok 'is JSON' is_json
ok 'its streams add up to its bytes' awk -F'[{},:]' '
	/"type":"stats"/ {
		for (i = 1; i < NF; i++) {
			if ($i == "\"bytes\"")
				bytes = $(i + 1)
			if ($i == "\"streams\"")
				streams = i
		}
		for (i = streams + 3; i <= NF; i += 2)
			sum += $i
		exit sum != bytes || bytes == 0
	}' out
ok '--stats -v lists each stream' sh -c \
	"[ \$('$index' -i ./i --stats -v | grep -c '% of the text') -ge 9 ]"

for n in 1 2 3; do
	printf '{"id":"%s","text":"a%0*d \377"}\n' $n $n 0
done >bytes.jsonl
"$index" -q -i ./bytes bytes.jsonl
ok '--failed counts a reason once, wherever in the line it lies' \
	exit_is 0 "$index" -i ./bytes --failed
ok 'and says so' says '^3 records skipped: 3 not UTF-8$'

# More than a pipe holds, so that the write fails however fast head is.
seq 1 5000 | sed 's/.*/no JSON/' >many.jsonl
"$index" -q -i ./many many.jsonl 2>/dev/null
"$index" -i ./many --failed 2>err | head -n 1 >out
ok 'who stops reading hears no complaint' [ ! -s err ]
ok 'and has read the first line' says '^many.jsonl:1: not JSON'

# Of so many lines the last one is lost in stdio's buffer, and errno with it.
seq 1 204 | sed 's/.*/no JSON/' >h.jsonl
"$index" -q -i ./h h.jsonl 2>/dev/null
(sleep 0.2; exec "$index" -i ./h --failed 2>err) | true
ok 'nor does who never began' [ ! -s err ]

sum_up
