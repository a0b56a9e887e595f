#!/bin/sh
# Four analyzers read the whole source: none finds anything but what
# analysis.supp beside this file explains, ten lines at most.
# usage: sh tests/trust/row_analysis.sh BUILD_DIR
#
# What is asked for is what finds bugs, not what is a matter of style:
# - gcc -fanalyzer: all but shifts, since gcc 12 takes the bytes of a vector
#   for the bits of its parts;
# - scan-build: what clang's analyzer does unless told otherwise;
# - clang-tidy: bugprone-* and cert-*, without those named below;
# - cppcheck: errors, warnings, performance, portability.
set -u
build=${1:?usage: row_analysis.sh BUILD_DIR}
here=$(dirname "$0")
. "$here/row.sh"
row_begin 'static analysis' 600
SUPPRESSIONS_MOST=10
sh common/deps.sh clang clang-tools clang-tidy cppcheck ||
	row_failed 'the analyzers could not be installed'
row_needs gcc clang scan-build clang-tidy cppcheck

for tool in gcc clang scan-build clang-tidy cppcheck; do
	case $tool in
	scan-build) version=$(dpkg-query -W -f '${Version}' clang-tools 2>&1) ;;
	*) version=$($tool --version | grep -m 1 '[0-9]\.') ;;
	esac
	echo "# $tool: $version"
done

# A check is left out if all that it said here was looked at and is no bug:
# - easily-swappable-parameters, macro-parentheses, reserved-identifier,
#   cert-dcl37 and dcl51 (_GNU_SOURCE): matters of style;
# - implicit-widening-of-multiplication-result: 4 * i, where i is below 2^16;
# - not-null-terminated-result: takes each memcpy of a part of a text for one
#   that forgot the NUL;
# - sizeof-expression: takes each array of pointers for a wrong sizeof, which
#   cppcheck finds, too;
# - narrowing-conversions: -Wconversion of both compilers does that;
# - cert-err33: of what is printed, and of the counts that snprintf returns;
#   pager.c and main.c ask stdout at the end whether all was written;
# - cert-err34: scanf of what the kernel says in /proc and atoi of digits.
tidy='-*,bugprone-*,cert-*'
for check in bugprone-easily-swappable-parameters bugprone-macro-parentheses \
	bugprone-reserved-identifier cert-dcl37-c cert-dcl51-cpp \
	bugprone-implicit-widening-of-multiplication-result \
	bugprone-not-null-terminated-result bugprone-sizeof-expression \
	bugprone-narrowing-conversions cert-err33-c cert-err34-c; do
	tidy=$tidy,-$check
done

flags="-std=c11 -D_GNU_SOURCE -DQUIRE_VERSION=\"0\" -Iinclude -I$build/generated
	-Iindexer -Iquery -Icommon -Itests -Itests/trust"
core=$(ls common/*.c common/*/*.c indexer/*.c query/*.c bench/*.c)
rest=$(ls tests/*.c tests/trust/*.c)
jobs=$(getconf _NPROCESSORS_ONLN)
found=$folder/found

# A file that takes longer is one that was not read.
most=${QUIRE_ANALYSIS_SECONDS:-100}

# each COMMAND FILE...: the command reads every file alone, so that what it
# knows of one does not confuse it in the next.
each() {
	command=$1
	shift
	printf '%s\n' "$@" | xargs -P "$jobs" -I FILE sh -c '
		timeout "$1" $2 "$4" $3 >"$5/said.$$" 2>&1 </dev/null
		status=$?
		[ $status -eq 0 ] || echo "$4:1:1: warning: not read to its" \
			"end, exit status $status [exit]" >>"$5/said.$$"
		cat "$5/said.$$"
		rm "$5/said.$$"
	' sh "$most" "$command" "$after" FILE "$folder" >>"$found"
	row_count $#
}

# Inlining the 32 ways to unpack by hand is all that gcc would do otherwise.
after=
each "gcc $flags -O1 -c -o /dev/null -fanalyzer -Wno-attributes
	-Wno-analyzer-shift-count-overflow -Dalways_inline=noinline" $core
after="-- $flags"
each "clang-tidy --quiet --checks=$tidy" $core

# shellcheck disable=SC2086
cppcheck -q -j "$jobs" --std=c11 --enable=warning,performance,portability \
	--error-exitcode=0 --inline-suppr \
	--template='{file}:{line}:{column}: {severity}: {message} [{id}]' \
	${flags#-std=c11} $core $rest >>"$found" 2>&1 ||
	echo "cppcheck:1:1: error: exit status $? [exit]" >>"$found"
row_count "$(echo $core $rest | wc -w)"

# It reads along while the two programs are made without optimizing.
scan-build --use-cc=clang -o "$folder/scan" make -j "$jobs" CC=clang \
	BUILD="$folder/build" OPTIMIZE=-O0 HARDEN_C= all >"$folder/made" 2>&1 ||
	echo "scan-build:1:1: error: exit status $? [exit]" >>"$found"
cat "$folder/made" >>"$found"
row_count "$(grep -c 'clang\|ccc-analyzer' "$folder/made")"

# One line of analysis.supp,  FILE [CHECK]: reason,  is one finding.
grep -v '^#\|^$' "$here/analysis.supp" >"$folder/supp"
row_suppressed=$(wc -l <"$folder/supp")
[ "$row_suppressed" -le $SUPPRESSIONS_MOST ] ||
	row_failed "$row_suppressed suppressions, more than $SUPPRESSIONS_MOST"
grep -E '^[^ ]+:[0-9]+:[0-9]+: (warning|error|performance|portability): ' \
	"$found" | sed "s|^$PWD/||; s|^\./||" | sort -u |
	awk -v supp="$folder/supp" '
	BEGIN {
		while ((getline line <supp) > 0) {
			sub(/:.*/, "", line)
			known[line]++
		}
	}
	{
		file = $1
		sub(/:.*/, "", file)
		match($0, /\[[^] ]*\]$/)
		key = file " " substr($0, RSTART, RLENGTH)
		if (known[key] > 0)
			known[key]--
		else
			print
	}
	END {
		for (key in known)
			if (known[key] > 0)
				print "analysis.supp: not found any more: " key
	}' >"$folder/left"
while read -r line; do
	row_failed "$line"
done <"$folder/left"
echo "# $row_suppressed suppressions"
row_end
