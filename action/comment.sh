#!/usr/bin/env bash
# Writes the plan of steps.sh, or why there is none, into the single comment of this target. Reads TARGET, PROJECT_FOLDER, PULL_REQUEST,
# AUTHOR and GITHUB_REPOSITORY; gh reads GH_TOKEN.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work="${RUNNER_TEMP:-/tmp}/playbill-$TARGET"
[ ! -e "$work/skipped" ] || exit 0
mkdir -p "$work"

export MARKER="<!-- playbill-comment ${PROJECT_FOLDER:-.} $TARGET -->"
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
status=$(cat "$work/status" 2>/dev/null || echo 1)

{
  printf '%s\n' "$MARKER"
  if [ -s "$work/plan.md" ]; then
    cat "$work/plan.md"
  else
    printf '\n### Playbill plan: none for %s\n\nPlanning failed with exit code %s.\n' "$TARGET" "$status"
    if [ -s "$work/plan.log" ]; then
      # A comment can have up to 65,536 characters.
      printf '\n<pre><code>'
      tail -c 12000 "$work/plan.log" | iconv -c -f utf-8 -t utf-8 | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'
      printf '</code></pre>\n'
    else
      printf 'See the log of the job for the reason.\n'
    fi
  fi
} >"$work/comment.md"

# Comments are paginated; the last page has fewer than 100.
find_own() {
  local page=1 listed
  while :; do
    listed=$(gh api "$comments?per_page=100&page=$page") || return 1
    printf '%s' "$listed" | node "$here/own-comments.mjs" || return 1
    [ "$(printf '%s' "$listed" | node "$here/own-comments.mjs" --count)" = 100 ] || return 0
    page=$((page + 1))
  done
}

# Regressions are reported even when a sync would change nothing, for example removed expectations.
is_worse() { grep -Eqs '^\*\*Behaviour\*\* since .*: (worse|expects less|still failing)' "$work/plan.md"; }

write_comment() {
  local own
  own=$(find_own) || return 1
  own=${own%%$'\n'*}
  if [ -n "$own" ]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$own" -F "body=@$work/comment.md"
  elif [ "$status" -ne 0 ] || is_worse; then # Without changes or an earlier comment, write none.
    gh api --silent --method POST "$comments" -F "body=@$work/comment.md"
  fi
}

write_comment || echo "::warning::The plan could not be written into a comment; it is in the summary of this job. The token needs pull-requests: write."
