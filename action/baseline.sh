# Updates the baseline of a target with its own pull request. Sourced by steps.sh, which has playbill() and github(), and lock.sh, which has commit_as_bot().

# Makes the last passed run the baseline, on a separate branch, and opens a pull request unless one exists.
propose_baseline() {
  local file="$1" branch="playbill/baseline-$TARGET" tree prefix title="Refresh the baseline of $TARGET" open
  mkdir -p "$work"
  playbill bless --target "$TARGET" --yes | tee "$work/blessed" || return 1
  [ -n "$(git status --porcelain --untracked-files=all -- "$file")" ] || return 0
  prefix=$(git rev-parse --show-prefix)
  tree="${RUNNER_TEMP:-/tmp}/playbill-baseline-$TARGET"
  git worktree remove --force "$tree" 2>/dev/null || rm -rf "$tree"
  git worktree prune
  git worktree add --quiet --detach "$tree" HEAD || return 1
  mkdir -p "$tree/$prefix$(dirname "$file")"
  cp "$file" "$tree/$prefix$file"
  # Only this job uses the branch: an earlier proposal is replaced.
  git -C "$tree/$prefix" add --force "$file" && commit_as_bot "$tree/$prefix" "$title" &&
    git -C "$tree" push --quiet --force origin "HEAD:refs/heads/$branch" || return 1
  git worktree remove --force "$tree"
  if grep -q '  drifted since ' "$work/blessed"; then
    echo "::warning::The new baseline of $TARGET is worse than earlier baselines, although no single step was a regression: review what it accepts."
  fi
  {
    printf 'The scenarios passed last night with the real model of %s. After the merge, later runs are compared with this baseline.\n\n' "$TARGET"
    sed 's/^/    /' "$work/blessed" | head -c 30000
  } >"$work/blessed.md"
  open=$(github pr list --repo "$GITHUB_REPOSITORY" --head "$branch" --state open --json number) || open=failed
  if [ "$open" = "[]" ]; then
    github pr create --repo "$GITHUB_REPOSITORY" --base "$GITHUB_REF_NAME" --head "$branch" --title "$title" --body-file "$work/blessed.md" && return 0
    open=failed
  elif [ "$open" != failed ]; then
    # Update the body: the accepted results have changed.
    github pr edit "$branch" --repo "$GITHUB_REPOSITORY" --body-file "$work/blessed.md" >/dev/null || true
  fi
  [ "$open" != failed ] ||
    echo "::warning::The branch $branch has a new baseline, but the pull request could not be opened: allow GitHub Actions to create pull requests (Settings, Actions, General), or open it yourself."
}
