#!/bin/sh
# The indexer is killed at random moments: no acknowledged article is lost,
# no batch is there by half, and the next run goes on to the same answers.
# usage: sh tests/kill_test.sh BUILD_DIR
set -u
build=$(cd "${1:?usage: kill_test.sh BUILD_DIR}" && pwd) || exit 2
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
seed=${QUIRE_SEED:-$(date +%s)}
echo "kill: QUIRE_SEED=$seed"
passed=0 failed=0

# ok SENTENCE COMMAND...: the sentence holds if the command succeeds.
ok() {
	sentence=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok - $sentence"
	else
		failed=$((failed + 1))
		echo "not ok - $sentence"
	fi
}

# Made-up articles, some 10 MB; EDITION changes one in nine.
archive() {
	awk -v edition="$1" 'BEGIN {
		srand(7)
		n = split("storm harbour bridge ferry winter quay lantern the of and council light mayor river toll boat night wind", word, " ")
		for (i = 1; i <= 9000; i++) {
			text = ""
			for (k = 0; k < 170; k++)
				text = text " " word[1 + int(rand() * n)]
			if (edition > 1 && i % 9 == 0)
				text = text " edition" edition
			if (edition > 1 && i % 50 == 0)
				continue
			printf "{\"id\":\"%d\",\"title\":\"Article %d\",\"text\":\"%s number%d\"}\n", i, i, text, i
		}
	}'
}

# A random number below $1, the next of a stream that begins at the seed.
random() {
	seed=$(awk -v seed="$seed" 'BEGIN {
		print (seed * 1103515245 + 12345) % 2147483648 }')
	echo $((seed / 7 % $1))
}

answers() {
	for query in storm 'harbour bridge' '"the storm of"' edition2 number77 \
		'mayor NEAR/2 toll -night'; do
		"$build/quire-query" -i "$1" -n 0 --json "$query" |
			sed 's/"ms":[0-9]*//'
	done
}

n_articles() {
	"$build/quire-query" -i "$1" -n 0 -c 'title:article' 2>/dev/null || true
}

indexer() {
	"$build/quire-index" -v -i "$1" --commit 1M archive.jsonl
}

# Kills a run of the indexer on index $1.  $2: before, between, any.
# Sets `acknowledged`, the last number told.
kill_at() {
	indexer "$1" >told 2>/dev/null &
	process=$!
	case $2 in
	before) pause=$(random "$first_ms") ;;
	*) pause=$(random "$total_ms") ;;
	esac
	if [ "$2" = between ]; then
		while kill -0 $process 2>/dev/null &&
			! grep -q '^committed' told; do sleep 0.005; done
		pause=$(random $((total_ms - first_ms)))
	fi
	sleep "$(awk -v ms="$pause" 'BEGIN { print ms / 1000 }')"
	kill -9 $process 2>/dev/null
	wait $process 2>/dev/null
	acknowledged=$(sed -n 's/^committed \([0-9,]*\).*/\1/p' told |
		tr -d , | tail -n 1)
	acknowledged=${acknowledged:-0}
}

now_ms() {
	date +%s%N | cut -c1-13
}

archive 1 >archive.jsonl
start=$(now_ms)
indexer ./undisturbed >undisturbed.told 2>/dev/null &
while ! grep -q '^committed' undisturbed.told 2>/dev/null; do sleep 0.002; done
first_ms=$(($(now_ms) - start))
wait
total_ms=$(($(now_ms) - start))
answers ./undisturbed >undisturbed.answers
sed -n 's/^committed \([0-9,]*\).*/\1/p' undisturbed.told | tr -d , >counts
echo "undisturbed: first commit after $first_ms ms, all after $total_ms ms, $(wc -l <counts) commits"

lost=0 half=0 differ=0 kills=0 bad_check=0 within=0
loads() {
	for _ in $(seq "$2"); do
		rm -f ./index ./index-lock ./index.*
		kill_at ./index "$1"
		kills=$((kills + 1))
		[ "$acknowledged" -gt 0 ] &&
			[ "$acknowledged" -lt "$(tail -n 1 counts)" ] &&
			within=$((within + 1))
		if [ -f ./index ]; then
			n=$(n_articles ./index)
			n=${n:-0}
			[ "$n" -ge "$acknowledged" ] || lost=$((lost + 1))
			[ "$n" -eq 0 ] || grep -qx "$n" counts ||
				half=$((half + 1))
			"$build/quire-index" -i ./index --check >/dev/null 2>&1 ||
				bad_check=$((bad_check + 1))
		elif [ "$acknowledged" -gt 0 ]; then
			lost=$((lost + 1))
		fi
		indexer ./index >/dev/null 2>&1
		answers ./index >index.answers
		cmp -s index.answers undisturbed.answers ||
			differ=$((differ + 1))
	done
}
loads before 10
loads between 30
echo "loading: $kills kills, $within of them between the first commit and the last, $lost lost, $half half, $differ with other answers, $bad_check damaged"
ok "40 kills while loading lose no acknowledged article" [ $lost -eq 0 ]
ok "and leave no half batch" [ $half -eq 0 ]
ok "and no index that --check finds fault with" [ $bad_check -eq 0 ]
ok "and the next run ends with the answers of an undisturbed one" \
	[ $differ -eq 0 ]

# The same while an index is brought up to date.
archive 1 >archive.jsonl
indexer ./base >/dev/null 2>&1
archive 2 >archive.jsonl
cp base updated
indexer ./updated >/dev/null 2>&1
"$build/quire-index" -i ./updated --compact >/dev/null 2>&1
answers ./updated >updated.answers
lost=0 differ=0 kills=0
for _ in $(seq 10); do
	rm -f ./index ./index-lock ./index.*
	cp base index
	kill_at ./index any
	kills=$((kills + 1))
	"$build/quire-index" -i ./index --check >/dev/null 2>&1 ||
		lost=$((lost + 1))
	indexer ./index >/dev/null 2>&1
	"$build/quire-index" -i ./index --compact >/dev/null 2>&1
	answers ./index >index.answers
	cmp -s index.answers updated.answers || differ=$((differ + 1))
done
echo "updating: $kills kills, $lost damaged, $differ with other answers"
ok "10 kills while updating leave a whole index" [ $lost -eq 0 ]
ok "and the next run ends with the answers of an undisturbed one" \
	[ $differ -eq 0 ]

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
