#!/bin/sh
# tests/run.sh: what it says of programs that pass, fail and are killed.
# usage: sh tests/run_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"

mkdir -p made/tests
echo 'echo "ok - so it is"' >good_test.sh
echo 'exit 1' >bad_test.sh
# Kills the shell that would write its result, then ends like a good one.
echo 'kill -KILL $PPID' >killed_test.sh
cp good_test.sh other_test.sh

run() {
	sh "$root/tests/run.sh" made 1 "$@"
}

ok 'programs that pass are a success' exit_is 0 run good_test.sh other_test.sh
ok 'they are counted' says '^2 passed, 0 failed$'
ok 'one that fails is a failure' exit_is 1 run good_test.sh bad_test.sh
ok 'it is counted' says '^1 passed, 1 failed$'
ok 'one whose shell is killed is a failure' exit_is 1 run killed_test.sh
ok 'it is named' says '^not ok - killed_test, '
ok 'so are those that never ran' exit_is 1 run killed_test.sh good_test.sh
ok 'they are named' says '^not ok - good_test, killed or never run$'
ok 'and it is said that they are missing' \
	says '^0 passed, 0 failed, but there are 2 programs$'

sum_up
