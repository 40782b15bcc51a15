#!/usr/bin/env bash
# Puts the plan that steps.sh made, or why there is none, into the one comment of this target. Reads TARGET, PROJECT_FOLDER, PULL_REQUEST,
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
      # A comment has room for 65,536 characters.
      printf '\n<pre><code>'
      tail -c 12000 "$work/plan.log" | iconv -c -f utf-8 -t utf-8 | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'
      printf '</code></pre>\n'
    else
      printf 'The reason is in the log of its job.\n'
    fi
  fi
} >"$work/comment.md"

# Comments come in pages; the last one has less than a hundred.
find_own() {
  local page=1 listed
  while :; do
    listed=$(gh api "$comments?per_page=100&page=$page") || return 1
    printf '%s' "$listed" | node "$here/own-comments.mjs" || return 1
    [ "$(printf '%s' "$listed" | node "$here/own-comments.mjs" --count)" = 100 ] || return 0
    page=$((page + 1))
  done
}

# What got worse is said also where a sync would change nothing: expectations that were removed, for example.
is_worse() { grep -Eqs '^\*\*Behaviour\*\* since .*: (worse|expects less|still failing)' "$work/plan.md"; }

write_comment() {
  local own
  own=$(find_own) || return 1
  own=${own%%$'\n'*}
  if [ -n "$own" ]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$own" -F "body=@$work/comment.md"
  elif [ "$status" -ne 0 ] || is_worse; then # With nothing to say, and nothing said before, nothing is said.
    gh api --silent --method POST "$comments" -F "body=@$work/comment.md"
  fi
}

write_comment || echo "::warning::The plan could not be written into a comment; it is in the summary of this job. The token needs pull-requests: write."
