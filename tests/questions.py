"""Questions that the tests' briefs answer."""

from __future__ import annotations

LEARNED = "what did garden volunteers learn?"
TRAINED = "how are walking leaders trained?"
QUESTIONS = (
    LEARNED,
    TRAINED,
    "how long did walkers sleep?",
    "how much money did each plot receive?",
    "who brought sleepers to the clinic?",
    "what kept GSVs in their teams?",
)
