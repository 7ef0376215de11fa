#!/usr/bin/env bash
# Install, on Debian, the programs that the full suite runs beside Node: Redis and PostgreSQL (the queue), Chromium
# (the studio, and retargeting in a browser). Does nothing for those that are there.
set -euo pipefail

# initdb is not on the path where Debian installs it.
has_postgres() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

missing=()
command -v redis-server >/dev/null || missing+=(redis-server)
command -v chromium >/dev/null || missing+=(chromium)
has_postgres || missing+=(postgresql)
if [ "${#missing[@]}" = 0 ]; then
  echo "system-programs: ready"
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "system-programs: needs ${missing[*]}; on Debian: apt-get install ${missing[*]}" >&2
  exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "system-programs: installed ${missing[*]}"
