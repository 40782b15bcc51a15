# The lock of a target in Git, and its evidence: pulled before a sync and pushed after it. Sourced by steps.sh, which has playbill().

lock_file() { printf '.playbill/locks/%s.json' "$TARGET"; }
evidence_folder=.playbill/evidence

# Gets the newest lock and evidence of the branch: another run may have pushed since this commit.
pull_lock() {
  local lock prefix theirs
  lock=$(lock_file)
  prefix=$(git rev-parse --show-prefix)
  git fetch --quiet origin "refs/heads/$GITHUB_REF_NAME"
  if git cat-file -e "FETCH_HEAD:$prefix$lock" 2>/dev/null; then
    mkdir -p .playbill/locks
    git show "FETCH_HEAD:$prefix$lock" >"$lock"
  fi
  if git cat-file -e "FETCH_HEAD:$prefix$evidence_folder" 2>/dev/null; then
    theirs="$work/evidence-of-branch"
    rm -rf "$theirs" && mkdir -p "$theirs"
    git archive "FETCH_HEAD:$prefix$evidence_folder" | tar -x -C "$theirs"
    playbill evidence add "$theirs" >&2 || true
  fi
  lock_before=$(content_of "$lock")
  evidence_before=$(contents_of_evidence)
}

# Commits both on top of the newest commit of the branch; retries when another push comes in between.
push_lock() {
  local lock prefix tree attempt lock_after
  lock=$(lock_file)
  # A sync that was killed leaves changes outside of the lock.
  if [ -e ".playbill/$TARGET.log.jsonl" ]; then playbill state rebuild --target "$TARGET" || return 1; fi
  lock_after=$(content_of "$lock")
  [ "$lock_after" != "$lock_before" ] || [ "$(contents_of_evidence)" != "$evidence_before" ] || return 0
  prefix=$(git rev-parse --show-prefix)
  tree="${RUNNER_TEMP:-/tmp}/playbill-lock-$TARGET"
  for attempt in 1 2 3 4 5; do
    git fetch --quiet origin "refs/heads/$GITHUB_REF_NAME" || true
    git worktree remove --force "$tree" 2>/dev/null || rm -rf "$tree"
    git worktree prune
    if git worktree add --quiet --detach "$tree" FETCH_HEAD &&
      commit_lock "$tree/$prefix" "$lock" "$lock_after" "$(pwd)/$evidence_folder" &&
      git -C "$tree" push --quiet origin "HEAD:refs/heads/$GITHUB_REF_NAME"; then
      git worktree remove --force "$tree"
      return 0
    fi
    echo "The push of $lock was refused; attempt $attempt of 5." >&2
    sleep "$((attempt * attempt))"
  done
  echo "::error::$lock could not be pushed to $GITHUB_REF_NAME. Allow this workflow to push there, or commit the lock yourself: it is in the artifacts of this run. Until then, the markers of the objects show what was synced."
  return 1
}

# A lock changed by another run is not overwritten but rebuilt from the target. Evidence is merged.
commit_lock() {
  local folder="$1" lock="$2" lock_after="$3" evidence="$4" there what="tested at"
  there=$(content_of "$folder/$lock")
  if [ "$lock_after" = "$lock_before" ] || [ "$there" = "$lock_after" ]; then
    :
  elif [ "$there" = "$lock_before" ]; then
    mkdir -p "$folder/.playbill/locks"
    printf '%s\n' "$lock_after" >"$folder/$lock"
  else
    echo "$lock was changed by another run; rebuilding it from the target." >&2
    (cd "$folder" && playbill state rebuild --target "$TARGET") || return 1
  fi
  if [ -e "$folder/$lock" ]; then
    git -C "$folder" add --force "$lock" || return 1
    git -C "$folder" diff --cached --quiet || what="synced to"
  fi
  if [ "$(contents_of_evidence)" != "$evidence_before" ]; then
    (cd "$folder" && playbill evidence add "$evidence" >&2) || return 1
    [ ! -d "$folder/$evidence_folder" ] || git -C "$folder" add --force --all "$evidence_folder" || return 1
  fi
  git -C "$folder" diff --cached --quiet || commit_as_bot "$folder" "Record what Playbill $what $TARGET [skip ci]"
}

commit_as_bot() {
  git -C "$1" -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
    commit --quiet --message "$2"
}

content_of() { cat "$1" 2>/dev/null || true; }

# Names and contents of all evidence files; empty when there are none.
contents_of_evidence() {
  local file
  for file in "$evidence_folder"/*.json; do
    [ ! -e "$file" ] || { printf '%s\n' "$file" && cat "$file"; }
  done
}
