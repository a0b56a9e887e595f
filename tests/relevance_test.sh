#!/bin/sh
# How well articles are ranked: the evaluator on an example worked out by
# hand, then judged collections, where they are.
# usage: sh tests/relevance_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
shared=$root/../shared/relevance

# at_least FIGURE FLOOR
at_least() {
	awk -v figure="$1" -v floor="$2" 'BEGIN { exit !(figure >= floor) }'
}

${CC:-cc} -std=c11 -O1 -Wall -Wextra -o evaluate "$root/tests/evaluate.c" \
    -lm || exit 2

# Query 1: three relevant, of grades 2, 1, 1; found at ranks 1 and 3.
#   average precision (1/1 + 2/3) / 3 = 0.5556
#   nDCG (2/log2 2 + 1/log2 4) / (2/log2 2 + 1/log2 3 + 1/log2 4)
#        = 2.5 / 3.1309 = 0.7985; P@10 0.2; recall 2/3
# Query 2: one relevant, at rank 11: average precision 1/11, nDCG 0,
#   P@10 0, recall 1.  Query 3: one relevant, not answered.  Query 4:
#   nothing is relevant, so it does not count.
cat > judgements <<'END'
1 0 a 2
1 0 b 1
1 0 c 1
1 0 d 0
2 0 x 1
3 0 y 1
4 0 z 0
END
{
	printf '1 Q0 %s 0 0 quire\n' a d b
	printf '2 Q0 %s 0 0 quire\n' 1 2 3 4 5 6 7 8 9 10 x
	printf '4 Q0 %s 0 0 quire\n' z
} > ranking
ok 'the evaluator agrees with an example worked out by hand' test \
    "$(./evaluate judgements < ranking)" = \
    'MAP 0.2155 nDCG@10 0.2662 P@10 0.0667 recall 0.5556 queries 3'

# collection NAME MEASURE FLOOR
collection() {
	docs=$shared/$1/docs.jsonl
	"$build/quire-index" -q -i "./$1.quire" "$docs" || return 1
	sed -n 's/^{"id": "\([^"]*\)", "text": "\(.*\)"}$/\1	\2/
		t escapes
		b
		: escapes
		s/\\\(["\\\/]\)/\1/g
		p' "$shared/$1/queries.jsonl" > "$1.tsv"
	test "$(wc -l < "$1.tsv")" -eq \
	    "$(wc -l < "$shared/$1/queries.jsonl")" || return 1
	"$build/quire-query" -i "./$1.quire" --rank bm25,k1=1.2,b=0.75 \
	    --any --plain --batch "$1.tsv" --trec -n 1000 > "$1.run" \
	    2> "$1.err" || { cat "$1.err"; return 1; }
	figures=$(./evaluate "$shared/$1/qrels.txt" < "$1.run") || return 1
	echo "# $1: $figures"
	at_least "$(echo "$figures" | sed "s/.*$2 \([0-9.]*\).*/\1/")" "$3"
}

if [ -d "$shared" ]; then
	ok 'scifact: nDCG@10 is at least 0.675' \
	    collection scifact nDCG@10 0.675
	ok 'cranfield: MAP is at least 0.285' collection cranfield MAP 0.285
	ok 'cacm: MAP is at least 0.33' collection cacm MAP 0.33
else
	echo 'skipped: the judged collections are not here (../shared)'
fi
sum_up
