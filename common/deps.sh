#!/bin/sh
# Installs the Debian packages named that are not there yet.
# Where there is no apt it names them and stops.
missing=
for package; do
	if command -v dpkg-query >/dev/null 2>&1; then
		status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)
		[ "$status" = installed ] && continue
	fi
	missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
	echo "deps: no apt here; Quire needs what Debian calls:$missing" >&2
	[ -n "$QUIRE_DEPS_PRESENT" ] && exit 0
	echo "deps: install them and set QUIRE_DEPS_PRESENT=1" >&2
	exit 1
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "deps: as root: apt-get install$missing" >&2
		exit 1
	fi
	sudo=sudo
fi
echo "deps: installing$missing"
# shellcheck disable=SC2086
$sudo apt-get update -qq &&
	$sudo env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends $missing
