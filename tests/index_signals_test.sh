#!/bin/sh
# Signals: what is read is committed, and the same command goes on.
# usage: sh tests/index_signals_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"
index=$build/quire-index

# Articles that come slowly, so that there is time for a signal.
slow() {
	i=$1
	while [ "$i" -lt "$2" ]; do
		awk -v first="$i" 'BEGIN {
			for (i = first; i < first + 50; i++) {
				printf "{\"id\":\"a%d\",\"text\":\"", i
				for (k = 0; k < 400; k++)
					printf "storm bridge%d ", k
				print "\"}"
			}
		}' || return
		i=$((i + 50))
		sleep 0.02
	done
}

n_articles() {
	"$index" -i "$1" --stats --json 2>stats.txt |
		sed -n 's/.*"type":"stats".*"articles":\([0-9]*\).*/\1/p'
}

# Starts an index of slow records, waits for the first commit, and sends
# signal $1; the exit status is left in $status.
interrupt() {
	rm -f pipe i i-lock out err
	mkfifo pipe
	slow 0 20000 >pipe 2>slow.txt &
	feeder=$!
	"$index" -v -i ./i --commit 200K - <pipe >out 2>err &
	writer=$!
	tries=0
	until grep -qs committed out || [ $tries -ge 100 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	kill -"$1" $writer
	wait $writer
	status=$?
	kill $feeder 2>kill.txt
	wait $feeder 2>kill.txt
}

# SIGTERM, since a shell starts background jobs with SIGINT ignored.
interrupt TERM
ok 'SIGTERM ends it by the signal' [ $status -eq 143 ]
ok 'it says that it was interrupted' grep -q '^Interrupted\. ' err
n=$(n_articles ./i)
last=$(sed -n 's/^committed //p' out | tail -n 1)
ok 'what was committed is there' [ "${n:-0}" -ge "${last:-1}" ]
ok 'it says how many articles are in the index' \
	sh -c "tr -d , <err | grep -q ' $n articles are in the index'"
ok 'the index is whole' "$index" -q -i ./i --check

slow 0 20000 2>slow.txt | timeout --foreground --preserve-status -s INT 1 \
	"$index" -v -i ./int --commit 200K - >out 2>err
status=$?
ok 'SIGINT ends it by the signal' [ $status -eq 130 ]
ok 'it says that it was interrupted too' grep -q '^Interrupted\. ' err
ok 'what was read by then is there' [ "$(n_articles ./int)" -gt 0 ]

interrupt KILL
ok 'SIGKILL ends it' [ $status -eq 137 ]
last=$(sed -n 's/^committed //p' out | tail -n 1)
ok 'what was committed before it is there' \
	[ "$(n_articles ./i)" -ge "${last:-1}" ]
ok 'the index is whole after it' "$index" -q -i ./i --check

# The signal comes when the first of eighteen commits is told; few threads have
# not read far beyond it.
slow 0 3000 >all.jsonl
mkfifo told
"$index" -v -i ./j -j 2 --commit 200K all.jsonl >told 2>err &
writer=$!
{
	read -r first
	kill -TERM $writer
	cat >rest
} <told
wait $writer
status=$?
n=$(n_articles ./j)
ok 'a run over a file is interrupted when it has committed' \
	[ $status -eq 143 -a "${first%% *}" = committed ]
ok 'and before its end' [ "${n:-0}" -gt 0 -a "${n:-3000}" -lt 3000 ]
ok 'the same command goes on' exit_is 0 "$index" -i ./j --commit 200K all.jsonl
ok 'with what is not there yet' sh -c "tr -d , <out |
	grep -q 'added $((3000 - n)) .*unchanged $n '"
ok 'and reaches the end' [ "$(n_articles ./j)" -eq 3000 ]

mkfifo pipe2
"$index" -i ./k - <pipe2 >out 2>err &
writer=$!
exec 9>pipe2
slow 0 50 >&9
sleep 0.3
kill -USR1 $writer
slow 50 1600 >&9
exec 9>&-
wait $writer
ok 'after SIGUSR1 it says how far it is' grep -q 'articles .*/s' err
ok 'and goes on to the end' [ "$(n_articles ./k)" -eq 1600 ]

# A pipe whose other end says nothing is no reason to go on waiting.
mkfifo pipe3
"$index" -i ./n - <pipe3 >out 2>err &
writer=$!
exec 9>pipe3
printf '{"id":1,"text":"storm"}\n{"id":2,"text":"gale"}\n{"id":3,"te' >&9
sleep 0.5
kill -TERM $writer
sleep 1
kill -0 $writer 2>kill.txt
waits=$?
exec 9>&-
wait $writer
status=$?
ok 'it does not wait for a silent pipe after SIGTERM' [ $waits -ne 0 ]
ok 'and ends by the signal' [ $status -eq 143 ]
ok 'whole lines that were read are in the index' [ "$(n_articles ./n)" -eq 2 ]
ok 'the broken line is not held against the source' \
	sh -c "! grep -q 'not JSON' err"
ok 'only a terminal is told before it is done' sh -c "! grep -q Stopping err"
if has_terminal; then
(sleep 2; printf '\003'; sleep 1) |
	env --default-signal=INT script -qec "exec '$index' -i ./o -" typed >out 2>err
status=$?
ok 'Ctrl-C at a terminal says at once what is done' grep -q '^.*Stopping: ' out
ok 'and ends the reading of typed records' [ $status -eq 130 ]
fi

# Articles count as read when they are, not when they are committed.
slow 0 3000 2>slow.txt | "$index" -m 64M --progress=always -i ./p - >out 2>err
ok 'before the first commit the line counts articles' \
	sh -c "head -n 1 err | grep -q '^ *[1-9][0-9,]* articles .*/s'"
ok 'once all is read it says what is done' grep -q '3,000 articles  writing' err

# A pipe that nobody reads is no reason to lose anything.
"$index" -v -i ./l --commit 1M all.jsonl | head -n 0
ok 'without a reader of its output it finishes the index' \
	[ "$(n_articles ./l)" -eq 3000 ]

(ulimit -f 2000; "$index" -i ./m all.jsonl >out 2>err)
status=$?
ok 'a file that may not grow is an error, not a signal' [ $status -eq 2 ]
ok 'and the index is whole' sh -c "[ ! -e m ] || '$index' -q -i ./m --check"

sum_up
