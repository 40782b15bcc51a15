#!/usr/bin/env bash
# The step that runs Playbill: test, plan, sync or drift. Reads COMMAND, VERSION, TARGET, PLAN_HASH, PRUNE and ALLOW_DELETES.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/lock.sh
. "$here/lock.sh"

TARGET="${TARGET:-}"
work="${RUNNER_TEMP:-/tmp}/playbill-$TARGET"

playbill() { npx --yes "playbill@$VERSION" "$@"; }

# Pull requests from forks and of Dependabot get no secrets: nothing can be asked, and nothing is wrong.
has_no_secrets() {
  [ "${GITHUB_EVENT_NAME:-}" = pull_request ] && node "$here/event.mjs" "$GITHUB_EVENT_PATH" "$GITHUB_REPOSITORY"
}

flags() {
  [ "${PRUNE:-false}" != true ] || printf '%s\n' --prune
  [ -z "${ALLOW_DELETES:-}" ] || printf '%s\n' --allow-deletes "$ALLOW_DELETES"
}

run_tests() {
  playbill validate
  local at=()
  [ -z "$TARGET" ] || at=(--target "$TARGET")
  playbill test "${at[@]}" --reporter list --reporter junit=junit.xml
}

# Writes plan.md, or plan.log when there is no plan; comment.sh shows them.
run_plan() {
  local status=0 more
  mapfile -t more < <(flags)
  rm -rf "$work" && mkdir -p "$work"
  playbill plan --target "$TARGET" --format markdown --detailed-exitcode "${more[@]}" >"$work/plan.md" 2>"$work/plan.log" || status=$?
  cat "$work/plan.log" >&2
  cat "$work/plan.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  echo "$status" >"$work/status"
  {
    echo "plan-hash=$(sed -n 's/^Plan hash: `\([0-9a-f]*\)`.*/\1/p' "$work/plan.md")"
    if [ "$status" -eq 2 ]; then echo changes=true; else echo changes=false; fi
  } >>"${GITHUB_OUTPUT:-/dev/null}"
  if [ "$status" -eq 2 ]; then return 0; fi
  return "$status"
}

# The lock is pushed whatever became of the sync: it says what was done before the failure.
run_sync() {
  local status=0 more
  mapfile -t more < <(flags)
  [ -z "${PLAN_HASH:-}" ] || more+=(--plan-hash "$PLAN_HASH")
  pull_lock
  playbill sync --target "$TARGET" --yes "${more[@]}" || status=$?
  push_lock || [ "$status" -ne 0 ] || status=1
  return "$status"
}

run_drift() {
  local status=0
  mkdir -p "$work"
  playbill plan --target "$TARGET" --format markdown --expect-no-changes >"$work/drift.md" || status=$?
  cat "$work/drift.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  case "$status" in
  0) echo "The target $TARGET is as the files say." ;;
  1) echo "::error::The files are ahead of the target $TARGET: something was not synced." ;;
  3) echo "::error::Somebody edited the target $TARGET; the summary of this job shows what." ;;
  esac
  return "$status"
}

if [ "${GITHUB_EVENT_NAME:-}" = pull_request_target ]; then
  echo "::error::pull_request_target would run what a stranger wrote with your secrets. Use pull_request."
  exit 4
fi
case "$COMMAND" in
test) run_tests ;;
plan | sync | drift)
  if [ -z "$TARGET" ]; then
    echo "::error::$COMMAND needs a target."
    exit 4
  fi
  if has_no_secrets; then
    echo "This pull request gets no secrets, so $COMMAND is left out."
    exit 0
  fi
  "run_$COMMAND"
  ;;
*)
  echo "::error::There is no command \"$COMMAND\": use test, plan, sync or drift."
  exit 4
  ;;
esac
