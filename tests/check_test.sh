#!/bin/sh
# quire-index --check on whole, damaged and busy indexes.
# usage: sh tests/check_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
index=$build/quire-index

# articles FIRST LAST: JSON Lines.
articles() {
	awk -v first="$1" -v last="$2" 'BEGIN {
		split("storm harbour bridge council closed cables winds", word)
		for (i = first; i <= last; i++) {
			printf "{\"id\":\"a%d\",\"title\":\"Storm %d\",", i, i
			printf "\"date\":\"2021-%02d\",\"text\":\"", i % 12 + 1
			for (k = 0; k < 60; k++)
				printf "%s%s ", word[(i * k) % 7 + 1], \
				    (i + k) % 3 ? "" : "s"
			print "\"}"
		}
	}'
}

articles 1 2000 >news.jsonl
"$index" -q -i ./i news.jsonl || exit 2

ok 'a whole index is checked with exit status 0' \
	exit_is 0 "$index" -i ./i --check
ok 'it is said how many articles were checked' \
	says '2,000 articles, [0-9,]* words checked, no errors'
ok 'with --json it is one object with a type' sh -c \
	"'$index' -i ./i --check --json | grep -q '^{\"type\":\"check\".*}\$'"
ok 'a quick check' exit_is 0 "$index" -i ./i --check=quick
ok 'says what it found' says 'every value is as it was written'
ok 'there is no other' exit_is 2 "$index" -i ./i --check=fast
ok 'with -q nothing is said' sh -c "[ -z \"\$('$index' -q -i ./i --check)\" ]"

articles 500 2500 >news.jsonl
"$index" -q -i ./i news.jsonl
ok 'an index with removed articles is whole' \
	exit_is 0 "$index" -i ./i --check
ok 'only living articles are counted' says '2,001 articles'

: >empty.jsonl
"$index" -q -i ./empty empty.jsonl
ok 'an index without articles is whole' \
	exit_is 0 "$index" -i ./empty --check

ok 'an index that does not exist ends with status 2' \
	exit_is 2 "$index" -i ./none --check
ok 'a file that is no index ends with status 2' \
	exit_is 2 "$index" -i ./news.jsonl --check
ok 'and is called so' complains '^quire-index: ./news.jsonl: this is not an index$'
ok 'nor is it written to' exit_is 2 "$index" -i ./news.jsonl news.jsonl
ok 'which is said too' complains 'news.jsonl: this is not an index$'
ok 'nor removed' exit_is 2 "$index" -i ./news.jsonl --drop
ok 'an empty file may have been one' sh -c ': >nothing'
ok 'so it is damaged' exit_is 3 "$index" -i ./nothing --check
mkdir folder
ok 'a folder ends with status 2' exit_is 2 "$index" -i ./folder --check

ok 'nor is it written to' exit_is 2 "$index" -i ./folder news.jsonl
ok 'for what it is' complains 'folder is a folder, not an index$'
ln -s nowhere link
ok 'no index is made behind a link that leads nowhere' \
	exit_is 2 "$index" -i ./link news.jsonl
ok 'which is said' complains 'index ./link is a symbolic link that leads'
cp i other
printf '\276\357\300\336' | dd of=other bs=1 seek=16 conv=notrunc 2>dd.txt
printf '\0\0\020\0' | dd of=other bs=1 seek=40 conv=notrunc 2>dd.txt
ok 'an index of a big-endian machine is no damaged one' \
	exit_is 2 "$index" -i ./other --check
ok 'but one of another machine' complains \
	'index ./other was made on another kind of machine'

cp i cut
truncate -s -4096 cut
ok 'an index that lacks its last page is damaged' \
	exit_is 3 "$index" -i ./cut --check
size=$(stat -c %s i)
cp i half
truncate -s $((size / 2)) half
ok 'half an index is damaged' exit_is 3 "$index" -i ./half --check
ok 'the hint is not to check it again' complains \
	'hint: quire-index -i ./half --repair  keeps what can be read'

# A bit in every third page of a file of which nearly all is in use.
cp i tight
"$index" -q -i ./tight --compact
size=$(stat -c %s tight)
flipped=0 found=0 odd=0 apart=0
page=2
while [ $((page * 4096)) -lt "$size" ]; do
	cp tight bad
	rm -f bad-lock
	byte=$(od -An -tu1 -j $((page * 4096 + 2000)) -N 1 tight)
	printf "\\$(printf %o $((byte ^ 16)))" |
		dd of=bad bs=1 seek=$((page * 4096 + 2000)) conv=notrunc \
		2>dd.txt
	timeout 20 "$index" -i ./bad --check=quick >out 2>err
	quick=$?
	timeout 20 "$index" -i ./bad --check >out 2>err
	status=$?
	[ $quick = $status ] || apart=$((apart + 1))
	case $status in
	3) found=$((found + 1)) ;;
	0) ;;
	*) odd=$((odd + 1)) ;;
	esac
	flipped=$((flipped + 1))
	page=$((page + 3))
done
echo "# $found of $flipped changed bits are harmful and found"
ok 'no changed bit makes the check end in another way' [ $odd -eq 0 ]
ok 'the quick check finds the same' [ $apart -eq 0 ]
ok 'most changed bits are found' [ $((found * 4)) -ge $((flipped * 3)) ]

cp i bad
rm -f bad-lock
dd if=/dev/zero of=bad bs=4096 seek=20 count=12 conv=notrunc 2>dd.txt
ok 'pages of zeros are found' exit_is 3 "$index" -i ./bad --check
ok 'the damage is told' complains 'damaged'

cp i bad
rm -f bad-lock
dd if=i of=bad bs=4096 skip=5 count=1 conv=notrunc 2>dd.txt
ok 'an index without its first page is a damaged one' \
	exit_is 3 "$index" -i ./bad --check
ok 'no writer takes it for another file' \
	exit_is 3 "$index" -i ./bad news.jsonl

articles 3000 9000 >more.jsonl
"$index" -q -i ./i --commit 20K more.jsonl &
writer=$!
checks=0 wrong=0
while kill -0 $writer 2>kill.txt; do
	"$index" -q -i ./i --check >out 2>err || {
		wrong=$((wrong + 1))
		sed 's/^/# /' err
	}
	checks=$((checks + 1))
done
wait $writer
echo "# $checks checks beside a writer"
ok 'a check beside a writer finds no damage' [ $wrong -eq 0 ]
ok 'the index is whole when the writer is done' \
	exit_is 0 "$index" -i ./i --check

sum_up
