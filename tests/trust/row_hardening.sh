#!/bin/sh
# What the compiler and the linker can do against errors of memory is in both
# programs, read back from the files that are delivered.
# usage: sh tests/trust/row_hardening.sh BUILD_DIR
set -u
build=${1:?usage: row_hardening.sh BUILD_DIR}
. "$(dirname "$0")/row.sh"
row_begin hardening 16
row_needs readelf objdump

# has PROPERTY PROGRAM FILE PATTERN: the file that readelf filled tells it.
has() {
	row_count 1
	grep -Eq -e "$4" "$3" || row_failed "$2: $1 is missing"
}

for program in quire-index quire-query; do
	for part in h l d; do
		LC_ALL=C readelf -W -$part "$build/$program" \
			>"$folder/$part" 2>"$folder/err" ||
			row_failed "$program: readelf -$part: $(cat "$folder/err")"
	done
	LC_ALL=C readelf -W --dyn-syms "$build/$program" >"$folder/s"
	LC_ALL=C objdump -d "$build/$program" >"$folder/code"

	has 'position independent code' $program "$folder/h" 'Type: *DYN'
	has 'a flag PIE' $program "$folder/d" 'FLAGS_1.*PIE'
	has 'a part that is read-only after relocation' $program "$folder/l" \
		'GNU_RELRO'
	has 'binding at start' $program "$folder/d" '\(FLAGS\).*BIND_NOW|FLAGS_1.*NOW'
	has 'a stack without code' $program "$folder/l" 'GNU_STACK.* RW '
	has 'stack protector' $program "$folder/s" '__stack_chk_fail'
	# Some of the calls whose sizes the compiler knows; names as in memcpy_chk.
	has 'FORTIFY' $program "$folder/s" '__(memcpy|snprintf|read|fprintf)_chk'

	# No part may be written and run.
	row_count 1
	! grep -Eq 'LOAD.* RWE ' "$folder/l" ||
		row_failed "$program: a part can be written and run"

	case $(uname -m) in
	x86_64)
		# The note of IBT and SHSTK needs a C library built so, too;
		# the marks at what may be jumped to are in our own code.
		row_count 1
		[ "$(grep -c endbr64 "$folder/code")" -ge 100 ] ||
			row_failed "$program: marks for jumps (IBT) are missing"
		# Large frames are touched page by page.
		row_count 1
		awk '/sub +\$0x1000,%rsp/ { next_one = NR + 1 }
			NR == next_one && /\$0x0,(0x[0-9a-f]+)?\(%rsp\)/ { n++ }
			END { exit !n }' "$folder/code" ||
			row_failed "$program: probes of the stack are missing"
		;;
	esac
done
row_end
