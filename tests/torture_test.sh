#!/bin/sh
# make torture: rounds until the time is over, and sums that add up.
# usage: sh tests/torture_test.sh BUILD_DIR
. "$(dirname "$0")/sentences.sh"

# A made-up project with a made-up row, which fails if there is a file "bad".
mkdir -p p/tests/trust p/docs p/include/store build
cp "$root/tests/trust/torture.sh" p/tests/trust/
table=p/docs/RELIABILITY.md
cat >$table <<'END'
# Reliability

| row | count |
| --- | --- |
| made up | 1 |

## Long runs

| row | count | failures | seconds | from | to | version | code | format | last seed |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| of another row | 5 | 0 | 7 | 2001-01-01 | 2001-01-02 | 0.0.1 | aaaaaaaaaaaa | 1 | 3 |

The end.
END
cat >p/tests/trust/row_made.sh <<'END'
. "$(dirname "$0")/made_part.sh"
echo "# a word about it"
echo "made up, 10, 0, $QUIRE_SEED, 2"
echo "made up twice, 4000000000, $failures, $QUIRE_SEED, 3"
[ $failures -eq 0 ]
END
echo '[ -f bad ] && failures=1 || failures=0' >p/tests/trust/made_part.sh
echo 'enum { FORMAT_VERSION = 1, OTHER };' >p/include/store/root.h
printf '#!/bin/sh\necho quire-index 9.8\n' >build/quire-index
chmod +x build/quire-index

# What runs in the background may have been told not to heed interrupts.
torture() {
	env --default-signal=INT sh p/tests/trust/torture.sh build row_made 0
}

# The cells of a line of the table "Long runs".
cells() {
	sed -n '/^## Long runs/,$p' $table | grep "^| $1 |" | cut -d '|' -f "$2" |
		tr -d ' '
}

is() {
	[ "$1" = "$2" ] && return
	echo "# $1, not $2"
	return 1
}

today=$(date +%F)
ok 'a round is run' exit_is 0 torture
ok 'its result is printed' says 'round 1: made up, 10, 0, [0-9]*, 2$'
ok 'every result gets a line' is \
	"$(cells 'made up' 3-8) $(cells 'made up twice' 3-8)" \
	"10|0|2|$today|$today|9.8 4000000000|0|3|$today|$today|9.8"
ok 'with the seed' is "$(cells 'made up' 11)" \
	"$(sed -n 's/.*made up, 10, 0, \([0-9]*\).*/\1/p' out)"
ok 'and the format' is "$(cells 'made up' 10)" 1
ok 'other rows stay as they are' is "$(cells 'of another row' 3-11)" \
	'5|0|7|2001-01-01|2001-01-02|0.0.1|aaaaaaaaaaaa|1|3'
ok 'and so do other tables' grep -qx '| made up | 1 |' $table
ok 'and the text after it' [ "$(tail -n 1 $table)" = 'The end.' ]

sed -i "s/| $today | $today |/| 2001-01-01 | 2001-01-01 |/" $table
exit_is 0 torture
ok 'a second run adds up on the same line' is "$(cells 'made up' 3-5)" '20|0|4'
ok 'with large numbers, too' is "$(cells 'made up twice' 3-5)" \
	'8000000000|0|6'
ok 'from the first day to the last' is "$(cells 'made up' 6-7)" \
	"2001-01-01|$today"

echo '# changed' >>p/tests/trust/row_made.sh
exit_is 0 torture
ok 'when the row changes the line begins anew' is "$(cells 'made up' 3-6)" \
	"10|0|2|$today"
echo '# changed' >>p/tests/trust/made_part.sh
exit_is 0 torture
ok 'and when a part of it does' is "$(cells 'made up' 3)" 10
exit_is 0 torture
echo 'enum { FORMAT_VERSION = 2, OTHER };' >p/include/store/root.h
exit_is 0 torture
ok 'and with another format' is "$(cells 'made up' 3)" 10

touch bad
ok 'a failure ends it' exit_is 1 torture
ok 'and says how to repeat it' complains 'QUIRE_SEED=[0-9]* repeats it'
ok 'its log is kept' [ -s "$(sed -n 's/.*, see //p' err)" ]
ok 'it is in the table' is "$(cells 'made up twice' 4)" 1
rm bad
exit_is 0 torture
ok 'a line with failures begins anew' is "$(cells 'made up twice' 3-4)" \
	'4000000000|0'

cp $table before.md
echo '[ ! -f absent ] || { echo "not run: no disks"; exit 77; }' \
	>>p/tests/trust/made_part.sh
touch absent
ok 'a row that cannot be run here, exit status 77' exit_is 77 torture
ok 'says why' complains 'not run: no disks'
ok 'and counts nothing' cmp before.md $table
rm absent
echo 'kill -INT $PPID; sleep 0.2' >>p/tests/trust/made_part.sh
ok 'stopped by Ctrl-C' exit_is 130 torture
ok 'the round that it stopped does not count' cmp before.md $table
ok 'no row of that name, exit status 2' \
	exit_is 2 sh p/tests/trust/torture.sh build row_none 0
ok 'nothing unfinished is left' [ "$(ls p/docs)" = RELIABILITY.md ]

sum_up
