# shellcheck shell=sh disable=SC2034
# What the tests of whole programs share; each begins with
#     . "$(dirname "$0")/sentences.sh"
# after which it stands in an empty folder of its own, $build names the
# folder of the programs and $root that of the project.
set -u
build=$(cd "${1:?usage: $(basename "$0") BUILD_DIR}" && pwd) || exit 2
root=$(cd "$(dirname "$0")/.." && pwd) || exit 2
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
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
		tail -n 5 out err 2>/dev/null
	fi
}

# exit_is STATUS COMMAND...: what it says is kept in out and err.
exit_is() {
	expected=$1
	shift
	"$@" >out 2>err </dev/null
	status=$?
	[ $status -eq "$expected" ] && return
	echo "# exit status $status, not $expected: $*"
	sed 's/^/# /' out err
	return 1
}

# says PATTERN, complains PATTERN: of the output, of the errors kept.
says() {
	grep -q -e "$1" out && return
	echo "# not said: $1"
	sed 's/^/# /' out
	return 1
}

complains() {
	grep -q -e "$1" err && return
	echo "# not complained: $1"
	sed 's/^/# /' err
	return 1
}

# Whether a terminal can be played to a program; says so if not.
has_terminal() {
	script -qec true /dev/null >/dev/null 2>&1 </dev/null && return
	echo 'skipped: no terminal can be made here (no /dev/ptmx)'
	return 1
}

# The last line of a test.
sum_up() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
