# Evidence from tests before the merge, so that the live run is not paid for twice. Sourced by steps.sh, which has playbill() and github().

# Adds the evidence from the jobs of recently merged pull requests. Never fails: missing evidence only means another test.
fetch_evidence() {
  local commit head
  for commit in $(git rev-list --first-parent --max-count=5 HEAD 2>/dev/null); do
    for head in $(github api "repos/$GITHUB_REPOSITORY/commits/$commit/pulls" 2>/dev/null | node "$here/merged.mjs" heads 2>/dev/null); do
      add_evidence_of "$head"
    done
  done
}

# Adds the evidence of the newest run of this workflow for that commit that stored some.
add_evidence_of() {
  local run folder="$work/evidence-$1"
  for run in $(github api "repos/$GITHUB_REPOSITORY/actions/runs?head_sha=$1&event=pull_request&per_page=100" 2>/dev/null | node "$here/merged.mjs" runs 2>/dev/null); do
    rm -rf "$folder"
    mkdir -p "$folder"
    if github run download "$run" --repo "$GITHUB_REPOSITORY" --name "playbill-evidence-$TARGET" --dir "$folder" >/dev/null 2>&1; then
      echo "Evidence of the pull request's run $run:" >&2
      playbill evidence add "$folder" >&2 || true
      return 0
    fi
  done
}
