#!/bin/sh
# Runs a command and tells the peak of its private and shared memory.
#
#     memory.sh COMMAND [ARGUMENT...]
#
# RssAnon + RssShmem of /proc/PID/status, looked at 50 times a second: pages
# of the mapped index are the system's to take back and do not count.
peak=0
"$@" &
pid=$!
while kill -0 "$pid" 2>/dev/null; do
	now=$(awk '/^Rss(Anon|Shmem)/ { sum += $2 } END { print sum + 0 }' \
		"/proc/$pid/status" 2>/dev/null)
	[ "${now:-0}" -gt "$peak" ] && peak=$now
	sleep 0.02
done
wait "$pid"
status=$?
echo "peak $((peak * 1024 / 1000000)) MB" >&2
exit $status
