# Git by the same person at the same time.
export GIT_AUTHOR_DATE=2026-11-26T12:00:00Z GIT_COMMITTER_DATE=2026-11-26T12:00:00Z
exec git -c user.name=a -c user.email=a@example.com "$@"
