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

export RUSTDOCFLAGS="-D warnings"
step cargo fmt --all --check
step cargo clippy --workspace --all-targets --locked -- -D warnings
step cargo doc --workspace --no-deps --locked
if [ "$full" = yes ]; then
  export OFFHOOK_TEST_KILLS=20 PROPTEST_CASES=20000
fi
step cargo test --workspace --locked
