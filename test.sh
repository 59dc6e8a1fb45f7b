#!/usr/bin/env bash
# Runs every check and test. `./test.sh --full` adds what takes long: more kills, more random cases.
set -euo pipefail
cd "$(dirname "$0")"

full=no
for argument in "$@"; do
  case "$argument" in
    --full) full=yes ;;
    *) echo "usage: ./test.sh [--full]" >&2; exit 2 ;;
  esac
done

step() { printf '\n== %s\n' "$*"; "$@"; }

if ! command -v cc >/dev/null; then
  echo "a C compiler is needed (SQLite is built from source): apt-get install build-essential" >&2
  exit 1
fi

if ! command -v npm >/dev/null; then
  echo "Node 20.19 or newer with npm is needed for the web page: https://nodejs.org" >&2
  exit 1
fi
if ! command -v chromium >/dev/null; then
  # What the browser tests drive.
  step $([ "$(id -u)" = 0 ] || echo sudo) apt-get install -y --no-install-recommends chromium
fi

# Installs a folder's packages where its lock file says something else than what is there.
packages() { [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] || npm --prefix "$1" ci --no-audit --no-fund; }
step packages web
step packages e2e
step npm --prefix web run check
step npm --prefix web test

export RUSTDOCFLAGS="-D warnings"
step cargo fmt --all --check
step cargo clippy --workspace --all-targets --locked -- -D warnings
step cargo doc --workspace --no-deps --locked
if [ "$full" = yes ]; then
  export OFFHOOK_TEST_KILLS=20 PROPTEST_CASES=20000 OFFHOOK_FUZZ_CASES=50000
fi
step cargo test --workspace --locked
step npm --prefix web run size
step npm --prefix e2e test
