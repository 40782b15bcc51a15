# One letter of the tape a call: h is heads, t is tails.
side=$(head -c 1 tape)
tail -c +2 tape > rest
mv rest tape
case $side in h) echo '{"side":"heads"}' ;; *) echo '{"side":"tails"}' ;; esac
