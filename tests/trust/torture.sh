#!/bin/sh
# Runs a row of `make trust` again and again, each time with another seed,
# until the time is over or something fails, and adds what it counted to the
# table "Long runs" of docs/RELIABILITY.md.
# usage: sh tests/trust/torture.sh BUILD_DIR ROW MINUTES
# A round that has begun is brought to its end.  What stops it (Ctrl-C) loses
# that round only.  A row that lasts as long as it is told gets QUIRE_MINUTES.
# Exit status 1: the row failed; 77: it cannot be run here; 130: stopped.
set -u
build=${1:?usage: torture.sh BUILD_DIR ROW MINUTES}
row=$(basename "${2:?which row}" .c)
row=$(basename "$row" .sh)
minutes=${3:?how many minutes}
rows=$(dirname "$0")
table=$rows/../../docs/RELIABILITY.md
logs=$build/trust/torture

if [ -f "$rows/$row.sh" ]; then
	source=$row.sh
elif [ -f "$rows/$row.c" ]; then
	source=$row.c
else
	echo "torture: there is no row $row in $rows" >&2
	exit 2
fi

# Twelve digits that change with the row's own files: its source, and the
# files beside it that these name, but for what all rows share.
code() {
	known='' new=$source
	while [ -n "$new" ]; do
		known="$known $new"
		next=''
		for file in $new; do
			for name in $(cd "$rows" &&
				grep -o '[a-z_]*\.\(h\|c\|sh\)' "$file" | sort -u); do
				for part in "$name" "${name%.h}.c"; do
					[ -f "$rows/$part" ] || continue
					case " $known $next trust.c trust.h torture.sh run.sh " in
					*" $part "*) ;;
					*) next="$next $part" ;;
					esac
				done
			done
		done
		new=${next# }
	done
	# shellcheck disable=SC2086
	(cd "$rows" && cat $known) | sha256sum | cut -c 1-12
}

result='^[^#].*, [0-9]*, [0-9]*, [0-9]*, [0-9]*$'
code=$(code)
format=$(sed -n 's/.*FORMAT_VERSION = \([0-9]*\).*/\1/p' \
	"$rows/../../include/store/root.h")
version=$("$build/quire-index" -V | sed 's/.* //')

# Adds the result lines of a round to the table.  Lines of a row whose code
# or format were others, or that had failures, are begun anew.
add() {
	awk -v code="$code" -v format="$format" -v version="$version" \
		-v today="$(date +%F)" -v results="$1" '
	function trim(text) {
		gsub(/^ +| +$/, "", text)
		return text
	}
	function line(name, count, failures, seconds, first, seed) {
		return sprintf("| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |",
			name, count, failures, seconds, first, today, version,
			code, format, seed)
	}
	function add_new(    i) {
		for (i = 1; i <= n; i++)
			if (!(names[i] in done))
				print line(names[i], counts[i], failed[i],
					seconds[i], today, seeds[i])
		in_table = 0
	}
	BEGIN {
		OFMT = CONVFMT = "%.0f"
		while ((getline result <results) > 0) {
			split(result, part, ", ")
			names[++n] = part[1]
			counts[n] = part[2]
			failed[n] = part[3]
			seeds[n] = part[4]
			seconds[n] = part[5]
			place[part[1]] = n
		}
	}
	/^## / { is_ours = $0 == "## Long runs" }
	is_ours && /^\| --- / { in_table = 1; print; next }
	in_table && !/^\|/ { add_new() }
	in_table {
		split($0, cell, "|")
		name = trim(cell[2])
		if (name in place) {
			i = place[name]
			done[name] = 1
			if (trim(cell[9]) != code || trim(cell[10]) != format ||
			    trim(cell[4]) > 0)
				print line(name, counts[i], failed[i],
					seconds[i], today, seeds[i])
			else
				print line(name, trim(cell[3]) + counts[i],
					trim(cell[4]) + failed[i],
					trim(cell[5]) + seconds[i],
					trim(cell[6]), seeds[i])
			next
		}
	}
	{ print }
	END { if (in_table) add_new() }' "$table" >"$table.new-$$" &&
		mv "$table.new-$$" "$table"
}

if ! grep -qx '## Long runs' "$table"; then
	echo "torture: $table has no table \"Long runs\"" >&2
	exit 2
fi
mkdir -p "$logs" || exit 2
stopped=''
trap 'stopped=yes' INT TERM HUP
export QUIRE_MINUTES="${QUIRE_MINUTES-$minutes}"
end=$(($(date +%s) + minutes * 60))
round=0
while :; do
	round=$((round + 1))
	seed=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
	log=$logs/$row
	case $source in
	*.sh) QUIRE_SEED=$seed sh "$rows/$source" "$build" >"$log" 2>&1 ;;
	*) QUIRE_SEED=$seed "$build/trust/$row" >"$log" 2>&1 ;;
	esac
	status=$?
	[ -z "$stopped" ] || break
	if [ $status -eq 77 ]; then
		cat "$log" >&2
		exit 77
	fi
	grep "$result" "$log" >"$log.results"
	sed "s/^/round $round: /" "$log.results"
	add "$log.results" || exit 2
	if [ $status -ne 0 ] || [ ! -s "$log.results" ]; then
		mv "$log" "$log-$seed"
		tail -n 40 "$log-$seed"
		echo "torture: $row failed in round $round, with status" \
			"$status; QUIRE_SEED=$seed repeats it, see $log-$seed" >&2
		exit 1
	fi
	[ "$(date +%s)" -lt "$end" ] || break
done
[ -z "$stopped" ] || {
	echo "torture: stopped in round $round, which does not count" >&2
	exit 130
}
