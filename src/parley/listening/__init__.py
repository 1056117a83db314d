"""From sound to words: voice activity, end of turn, recognition.

`voice_activity` says when somebody speaks, `end_of_turn` when they are done, `recognition` is the seam of the
recognisers, `providers` holds one file for each of them, `choosing` picks the best that is present for a language.
Engines that would block run in worker processes (`pool`, `worker`).
"""
