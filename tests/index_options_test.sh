#!/bin/sh
# What quire-index says and answers to: options, names, mistakes.
# usage: sh tests/index_options_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
index=$build/quire-index
export XDG_DATA_HOME="$folder/data"
unset QUIRE_INDEX

# --- usage ---

ok 'without anything it ends with status 2' exit_is 2 "$index"
ok 'a short usage is on stderr' complains '^usage: quire-index'
ok 'nothing is made for it' [ ! -e data/quire/default ]
ok '--help ends with status 0' exit_is 0 "$index" --help
ok 'the help is on stdout' says '--index NAME'
ok 'no line of the help is longer than 80 columns' \
	sh -c "! grep -q '.\{81\}' out"
ok '-h says the same' sh -c "'$index' -h | cmp -s - out"
ok '--version says the version' sh -c \
	"'$index' -V | grep -q '^quire-index [0-9]'"
ok 'an unknown option ends with status 2' exit_is 2 "$index" --no-txt .
ok 'the one that was meant is named' complains 'did you mean --no-text'
ok 'a long option may be cut short' exit_is 2 "$index" --rem
ok 'it is the one that begins so' complains '--remove'
ok 'an ambiguous one is refused' exit_is 2 "$index" --co
ok 'an unknown letter is refused' exit_is 2 "$index" -z
ok 'a size that is none is refused' exit_is 2 "$index" -m 64X .
ok 'sizes are shown' complains '64M'
ok 'too little memory is refused' exit_is 2 "$index" -m 1M .
ok 'no threads are refused' exit_is 2 "$index" -j 0 .
ok 'a language that is not known is refused' \
	exit_is 2 "$index" --lang klingon .
ok 'a field without a key is refused' exit_is 2 "$index" -f title .
ok '--set gives no body' exit_is 2 "$index" --set body=x .
ok 'why is said' complains 'cannot give all articles one body'
ok 'nor an id, in whatever case' exit_is 2 "$index" --set ID=x .
ok 'two things at once are refused' exit_is 2 "$index" --stats --failed
ok '--stats takes no source' exit_is 2 "$index" --stats x.jsonl
ok 'a full output is an error' sh -c \
	"'$index' --help >/dev/full 2>err; [ \$? -eq 2 ]"

# --- names and sources ---

printf '%s\n' '{"id":"a","title":"One","text":"storm"}' \
	'{"id":"b","title":"Two","text":"bridge"}' >news.jsonl
mkdir texts
printf 'A title\n\nA body\n' >texts/one.txt

ok 'a source that is not there ends with status 2' \
	exit_is 2 "$index" news.json
ok 'one like it is named' complains 'news.jsonl'
mkdir -p archives/guardian
ok 'so is one in a folder that is misspelt' \
	exit_is 2 "$index" archves/guardian
ok 'with the whole path' complains 'did you mean archives/guardian ?'
ok 'no index is made for it' [ ! -e data/quire/default ]
ok 'an index without a name is the default one' \
	exit_is 0 "$index" news.jsonl
ok 'it is where indexes are' [ -f data/quire/default ]
ok 'only its owner may read it' \
	[ "$(stat -c %a data/quire/default)" = 600 ]
ok 'only its owner may look into the folder of indexes' \
	[ "$(stat -c %a data/quire)" = 700 ]
ok 'a name is a file there' exit_is 0 "$index" -i news news.jsonl
ok 'it has that name' [ -f data/quire/news ]
ok 'a path is a path' exit_is 0 "$index" -i ./here news.jsonl
ok 'it is there' [ -f here ]
ok 'QUIRE_INDEX names the index' env QUIRE_INDEX=other "$index" -q news.jsonl
ok 'that index was made' [ -f data/quire/other ]
ok 'an index that is not there is not made for --stats' \
	exit_is 2 "$index" -i nwes --stats
ok 'one like it is named' complains 'news'
ok 'a folder is no index' exit_is 2 "$index" -i ./texts --stats
mkfifo fifo
ok 'a pipe is no index' exit_is 2 timeout 10 "$index" -i ./fifo news.jsonl

ok 'two sources can be named at once' \
	exit_is 0 "$index" -i two news.jsonl texts
ok 'both are read' says '3 articles'
ok 'without a source all are read again' exit_is 0 "$index" -i two
ok 'nothing has changed' says 'added 0 .* removed 0'
ok 'sources are listed' sh -c "'$index' -i two --stats | grep -q texts"
ok 'an index of nothing but a source that is gone says so' sh -c \
	"mv texts moved; '$index' -i two >out 2>err; [ \$? -eq 2 ]"
ok 'nothing of it was removed' sh -c \
	"'$index' -i two --stats --json | grep -q '\"articles\":3,'"
ok '--prune removes it' sh -c \
	"'$index' -q -i two --prune; '$index' -i two --stats --json |
	grep -q '\"articles\":2,'"

ok 'records are read from standard input' sh -c \
	"printf '{\"id\":\"x\",\"text\":\"pipe\"}\n' | '$index' -q -i pipe -"
ok 'a second one is added to them' sh -c \
	"printf '{\"id\":\"y\",\"text\":\"pipe\"}\n' | '$index' -q -i pipe -"
ok 'both are there' sh -c \
	"'$index' -i pipe --stats --json | grep -q '\"articles\":2,'"
ok 'standard input is not remembered' exit_is 2 "$index" -i pipe

# --- other names of the file ---

printf '{"id":"s","text":"secretword"}\n{"id":"o","text":"other"}\n' >s.jsonl
ok 'an index is made' exit_is 0 "$index" -q -i ./real s.jsonl
ln -s real link
ok 'through a symbolic link it is the same index' \
	exit_is 0 "$index" -i ./link --remove s --compact
ok 'the link is left' [ -L link ]
ok 'and nothing of the article removed in the file' \
	sh -c '! grep -q secretword real'
ok 'no other lock file is made' [ ! -e link-lock ]
ln real other
ok 'one with hard links is not written' exit_is 2 "$index" -i ./other s.jsonl
ok 'why is said' complains 'hard links'
rm other
left="real.new-$(sh -c 'echo $$')"
ln real "$left"
ok 'but for the name that one which was killed has left' \
	exit_is 0 "$index" -q -i ./real s.jsonl
ok 'it is removed' [ ! -e "$left" ]

# --- options of sources ---

printf '{"nr":"7","kop":"Storm","tekst":"De brug"}\n' >x.jsonl
ok 'fields are mapped' exit_is 0 "$index" -q -i nl --id nr -f title=kop \
	-f body=tekst --lang nl --set source=Krant x.jsonl
printf '{"nr":"8","kop":"Wind","tekst":"De dijk"}\n' >>x.jsonl
ok 'the mapping is remembered' sh -c "'$index' -i nl | grep -q 'added 1 '"
ok 'it is shown by --stats -v' sh -c \
	"'$index' -i nl --stats -v | grep -q 'field=title=kop'"
ok 'records that need another one are skipped' \
	exit_is 1 "$index" -i nl2 x.jsonl
ok 'their keys are told' complains 'keys seen: nr, kop, tekst'
echo '{"chapeau":"x","body_html":"y","author_name":"z"}' >keys.jsonl
ok 'which keys may be meant is guessed' sh -c \
	"'$index' -i nl2 keys.jsonl 2>&1 >out |
	grep -q 'hint: -f body=body_html -f author=author_name\$'"
ok 'an option of a source without one is refused' \
	exit_is 2 "$index" -i nl --id kop
ok 'other options read all again' exit_is 0 "$index" -i nl --id nr \
	-f title=kop -f body=tekst --lang nl --set source=Blad x.jsonl
ok 'and change all' says 'updated 2'

ok 'keys that no record has are read over' exit_is 0 "$index" -i nl3 \
	--id nokey -f title=kop,nokop -f body=tekst x.jsonl
ok 'and named, that of the id' \
	complains '^note: no record has the key "nokey" that --id names$'
ok 'and that of a field' \
	complains '^note: no record has the key "nokop" that -f title names$'
ok 'no others' [ "$(wc -l <err)" -eq 2 ]
ok 'it is said once' exit_is 0 "$index" -i nl3 --full
ok 'and not again' [ ! -s err ]
ok 'options under which nothing is readable are refused' exit_is 2 \
	"$index" -i nl -f body=nope -f title=nope x.jsonl
ok 'and it is said that those of before are kept' \
	complains 'options of before are kept'
ok 'so that the next run finds all as it was' sh -c \
	"'$index' -i nl | grep -q 'removed 0   unchanged 2   skipped 0'"

ok '--no-text is for a new index' \
	exit_is 2 "$index" -i nl --no-text x.jsonl
ok '--no-text makes one' exit_is 0 "$index" -q -i bare --no-text news.jsonl
ok 'it is a property that stays' \
	exit_is 0 "$index" -q -i bare --no-text news.jsonl

# --- --remove and --forget ---

ok '--remove takes ids' exit_is 0 "$index" -i news --remove a
ok 'it says how many' says '1 article removed'
ok 'an id that is not there is an error' exit_is 2 "$index" -i news --remove a
ok '--remove without an id is refused' exit_is 2 "$index" -i news --remove
ok '--forget takes a source' exit_is 0 "$index" -i news --forget news.jsonl
ok 'a source that is none is an error' \
	exit_is 2 "$index" -i news --forget nothing
ok 'an index without sources has nothing to bring up to date' \
	exit_is 2 "$index" -i news

# --- a limit of file sizes ---

seq 1 20000 | sed 's/.*/{"id":"&","text":"word& w&x y&z"}/' >large.jsonl
ok 'a file that may not grow ends with status 2' exit_is 2 sh -c \
	"ulimit -f 1000; exec '$index' -i ./limited large.jsonl"
ok 'why is said' complains 'larger file than may be made'
ok 'so is which limit it is' complains 'ulimit -f'
ok 'the index is whole' exit_is 0 "$index" -i ./limited --check
ok 'without the limit the same command goes on' \
	exit_is 0 "$index" -q -i ./limited large.jsonl

# --- another writer ---

# is_made NAME: waits until the index of that name is there.
is_made() {
	tries=0
	until [ -f "data/quire/$1" ] || [ $tries -ge 50 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}

mkfifo records
"$index" -q -i busy - <records 2>busy.txt &
writer=$!
exec 9>records
echo '{"id":"x","text":"busy"}' >&9
is_made busy
sleep 0.2
ok 'a second writer ends with status 2' exit_is 2 "$index" -i busy news.jsonl
ok 'the first one is named' complains "index busy is being written by process $writer"
ok 'since when it runs' complains 'since [0-2][0-9]:[0-5][0-9]$'
ok 'and what can be done' complains 'hint: wait for it; searching works meanwhile'
ok '--stats works meanwhile' exit_is 0 "$index" -i busy --stats
exec 9>&-
wait $writer
ok 'afterwards it can be written' exit_is 0 "$index" -i busy news.jsonl

# Where the address space is small LMDB is opened in several attempts, and a
# failed one closes the file that the lock is on.  (Sanitizers need more.)
if (ulimit -v 4000000; ASAN_OPTIONS= TSAN_OPTIONS= "$index" --version >out 2>err); then
mkfifo more
(ulimit -v 4000000; exec "$index" -q -m 64M -i narrow - <more 2>narrow.txt) &
writer=$!
exec 9>more
echo '{"id":"x","text":"narrow"}' >&9
is_made narrow
sleep 0.5
ok 'nor does one write beside a writer in little address space' \
	exit_is 2 "$index" -i narrow news.jsonl
exec 9>&-
wait $writer
ok 'whose index is whole' exit_is 0 "$index" -i narrow --check
else
	echo 'skipped: the program does not run in 4 GB of address space'
fi

# --- where an index can be ---

printf 'Storm\n' >storm.txt
ok 'a path whose folder is not there is refused' exit_is 2 \
	"$index" -i ./no/such/i storm.txt
ok 'with the reason' complains 'there is no folder ./no/such$'
ok 'and nothing is made' [ ! -e no ]
ok 'where no file can be made' exit_is 2 "$index" -i /proc/quire storm.txt
ok 'that is said' complains 'index /proc/quire'
ok 'an index of standard input' sh -c \
	"echo '{\"text\":\"storm\"}' | '$index' -q -i ./input -"
ok 'cannot be brought up to date' exit_is 2 "$index" -i ./input
ok 'which is said' complains 'only source of index ./input is standard input$'
ok 'with the way to add to it' complains 'give records with  quire-index -i ./input -$'

# --- one source inside another ---

mkdir -p arch/1959
printf 'Storm\n' >arch/1959/a.txt
ok 'a source inside another one' exit_is 0 "$index" -i ./nested arch arch/1959
ok 'is noted' complains '^note: arch/1959 lies in arch, .* found twice$'
ok 'once' [ "$(grep -c note: err)" -eq 1 ]
ok 'with the way out' complains '  hint: quire-index -i ./nested --forget arch/1959$'
ok 'not again' exit_is 0 "$index" -i ./nested arch/1959
ok 'when it is known' [ ! -s err ]
ok 'nor where names only begin alike' exit_is 0 sh -c \
	"cp -r arch arch2; '$index' -i ./nested arch2"
ok 'is anything noted' [ ! -s err ]

sum_up
