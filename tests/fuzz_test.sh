#!/bin/sh
# What fuzzing found once does no harm again.
# usage: sh tests/fuzz_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"

for findings in "$root"/tests/fuzz/corpus/*; do
	target=$(basename "$findings")
	ok "old findings of $target are harmless" exit_is 0 \
		"$build/fuzz/replay" "$target" "$findings"/*
done
ok 'an unknown target is refused' exit_is 2 "$build/fuzz/replay" nothing

sum_up
