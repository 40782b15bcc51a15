#!/usr/bin/env bash
# The step that runs Playbill: test, merge, live, plan, sync or drift. Reads COMMAND, VERSION, TARGET, SHARD, REPEAT, AFFECTED, BASELINES, PLAN_HASH,
# GATE, FROM_PULL_REQUESTS, ALLOW_UNTESTED, PRUNE and ALLOW_DELETES; gh reads GH_TOKEN.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/lock.sh
. "$here/lock.sh"
# shellcheck source=action/evidence.sh
. "$here/evidence.sh"
# shellcheck source=action/baseline.sh
. "$here/baseline.sh"

TARGET="${TARGET:-}"
SHARD="${SHARD:-}"
work="${RUNNER_TEMP:-/tmp}/playbill-$TARGET"

# The token is only for gh: the project's own code must not see it.
token="${GH_TOKEN:-}"
unset GH_TOKEN
github() { GH_TOKEN="$token" gh "$@"; }

playbill() { npx --yes "playbill@$VERSION" "$@"; }

# Pull requests from forks and Dependabot get no secrets: the target cannot be contacted, which is not an error.
has_no_secrets() {
  [ "${GITHUB_EVENT_NAME:-}" = pull_request ] && node "$here/event.mjs" "$GITHUB_EVENT_PATH" "$GITHUB_REPOSITORY"
}

# Runs plan or sync with the requested flags. Bash on macOS does not support empty arrays.
at_target() {
  [ "${PRUNE:-false}" != true ] || set -- "$@" --prune
  [ -z "${ALLOW_DELETES:-}" ] || set -- "$@" --allow-deletes "$ALLOW_DELETES"
  playbill "$@" --target "$TARGET"
}

is_pull_request() { [ "${GITHUB_EVENT_NAME:-}" = pull_request ]; }

# The base branch of a pull request, if the checkout has it.
base() {
  is_pull_request && git rev-parse --verify --quiet --end-of-options "origin/${GITHUB_BASE_REF:-}^{commit}" >/dev/null 2>&1 &&
    printf 'origin/%s' "$GITHUB_BASE_REF"
}

# For a pull request, only affected scenarios; after the merge, all.
run_tests() {
  local since status=0
  playbill validate
  [ -z "$TARGET" ] || set -- --target "$TARGET"
  ! since=$(base) || set -- "$@" --affected "$since"
  test_as test junit "$@" || status=$?
  # A shard also replays recordings, even after failures: the report covers all shards.
  [ "$status" -eq 0 ] || [ -n "$SHARD" ] || return "$status"
  # Replays of recordings need neither a key nor a network.
  if grep -Eqs '^ *"?format_version"?:' scenarios/recordings/*.yaml; then
    [ -z "$TARGET" ] || shift 2
    test_as replay junit-replay --replay "$@" || status=$?
  fi
  return "$status"
}

# Reports cover the complete suite: a shard writes blobs for merge.
test_as() {
  local blob="blobs/$1-${SHARD%/*}.blob" junit="$2.xml"
  shift 2
  if [ -z "$SHARD" ]; then
    playbill test "$@" --reporter list --reporter "junit=$junit"
  else
    mkdir -p blobs
    playbill test "$@" --shard "$SHARD" --reporter list --reporter "blob=$blob"
  fi
}

# One verdict for all shards. merge reports missing shards; without any shard there is no verdict.
run_merge() {
  local status=0 replayed=0
  set -- blobs/test-*.blob
  if [ ! -e "$1" ]; then
    echo "::error::No shard reported."
    return 7
  fi
  playbill merge "$@" --reporter list --reporter github --reporter junit=junit.xml || status=$?
  set -- blobs/replay-*.blob
  if [ -e "$1" ]; then playbill merge "$@" --reporter list --reporter github --reporter junit=junit-replay.xml || replayed=$?; fi
  if [ "$status" -eq 0 ]; then return "$replayed"; fi
  return "$status"
}

# Runs scenarios several times with the real model: its answers vary, so a single failed run proves little.
run_live() {
  local status=0 since baseline="scenarios/baselines/$TARGET.json"
  if [ "${AFFECTED:-false}" = true ]; then
    # As often as each scenario states, like a gate, so that it need not run again after the merge.
    ! since=$(base) || set -- "$@" --affected "$since"
  else
    set -- "$@" --repeat "${REPEAT:-5}"
  fi
  # A committed baseline decides what is a regression, as in the gate.
  if [ -e "$baseline" ]; then
    set -- "$@" --baseline "$baseline"
  elif [ "${BASELINES:-false}" = true ]; then
    set -- "$@" --all-runs
  fi
  playbill test --target "$TARGET" "$@" --reporter list --reporter junit=junit.xml || status=$?
  if [ "${BASELINES:-false}" = true ] && [ "$status" -eq 0 ]; then propose_baseline "$baseline" || status=$?; fi
  return "$status"
}

# Writes plan.md, or plan.log when there is no plan; comment.sh shows them.
run_plan() {
  local status=0 since
  rm -rf "$work" && mkdir -p "$work"
  if since=$(base); then set -- "$@" --behaviour "$since"; fi
  is_pull_request || [ "${FROM_PULL_REQUESTS:-false}" != true ] || fetch_evidence
  at_target plan --format markdown --detailed-exitcode "$@" >"$work/plan.md" 2>"$work/plan.log" || status=$?
  cat "$work/plan.log" >&2
  cat "$work/plan.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  echo "$status" >"$work/status"
  {
    echo "plan-hash=$(sed -n 's/^Plan hash: `\([0-9a-f]*\)`.*/\1/p' "$work/plan.md" | tail -n 1)"
    if [ "$status" -eq 2 ]; then echo changes=true; else echo changes=false; fi
  } >>"${GITHUB_OUTPUT:-/dev/null}"
  if [ "$status" -eq 2 ]; then return 0; fi
  return "$status"
}

# Lock and evidence are pushed even after a failed sync: they record what was done and tested before.
run_sync() {
  local status=0
  mkdir -p "$work"
  [ -z "${PLAN_HASH:-}" ] || set -- --plan-hash "$PLAN_HASH"
  pull_lock
  if [ "${GATE:-false}" = true ]; then
    [ "${FROM_PULL_REQUESTS:-false}" != true ] || fetch_evidence
    set -- "$@" --gate
    [ -z "${ALLOW_UNTESTED:-}" ] || set -- "$@" --allow-untested "$ALLOW_UNTESTED"
  fi
  at_target sync --yes "$@" || status=$?
  push_lock || [ "$status" -ne 0 ] || status=1
  return "$status"
}

run_drift() {
  local status=0
  mkdir -p "$work"
  playbill plan --format markdown --expect-no-changes --target "$TARGET" >"$work/drift.md" || status=$?
  cat "$work/drift.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  case "$status" in
  0) echo "The target $TARGET matches the files." ;;
  1) echo "::error::The files are ahead of the target $TARGET: some changes are not synced." ;;
  3) echo "::error::The target $TARGET was edited; the summary of this job shows the changes." ;;
  esac
  return "$status"
}

if [ "${GITHUB_EVENT_NAME:-}" = pull_request_target ]; then
  echo "::error::pull_request_target would run code from strangers with your secrets. Use pull_request."
  exit 4
fi
case "$COMMAND" in
test) run_tests ;;
merge) run_merge ;;
live | plan | sync | drift)
  if [ -z "$TARGET" ]; then
    echo "::error::$COMMAND needs a target."
    exit 4
  fi
  if has_no_secrets; then
    echo "This pull request gets no secrets, so $COMMAND is skipped."
    mkdir -p "$work" && touch "$work/skipped" # For comment.sh.
    exit 0
  fi
  "run_$COMMAND"
  ;;
*)
  echo "::error::Unknown command \"$COMMAND\": use test, merge, live, plan, sync or drift."
  exit 4
  ;;
esac
