# Of what gcov -b says of a file and the headers that it includes, each branch: file, line, number, how often
# taken, and the text of the line, parted by tabs.  coverage.sh says which
# are left out.
function tell_line(i) {
	if (text ~ /(^|[^_])assert\(/ || after ~ /^(abort|alloc_gone)\(\);/)
		n = 0
	for (i = 0; i < n && ours; i++)
		printf "%s\t%d\t%d\t%s\t%s\n", file, line, i, taken[i], text
	n = 0
}
/^ *-: *0:Source:/ {
	after = ""
	tell_line()
	file = $0
	sub(/^ *-: *0:Source:/, "", file)
	ours = file ~ /^(common|indexer|query|include)\//
}
/^ *[-#=0-9*]+: *[0-9]+:/ {
	next_text = $0
	sub(/^ *[-#=0-9*]+: *[0-9]+:[ \t]*/, "", next_text)
	gsub(/\t/, " ", next_text)
	after = next_text
	tell_line()
	split($0, part, ":")
	line = part[2] + 0
	text = next_text
	next
}
/^branch / {
	taken[n++] = $3 == "never" ? 0 : $4
}
END { after = ""; tell_line() }
