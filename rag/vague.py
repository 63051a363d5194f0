"""Questions too wide to be answered in a few sentences: "what about peers?", "tell me about training", "is it good?".

In: a question, and how common its words are in the library. Out: whether it is vague: it names nothing, or by its form
asks for all there is on words that stand all over the library. A question that asks something is none, however short.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.demands import names
from rag.terms import content_words, stem

WIDE = 0.04  # share of the passages from which a word stands all over the library
FEWEST = 6  # passages, below which a word is a place to look at
MOST_WORDS = 3
BARE_WORDS = 2  # "peers?", "their training"
_ALL_OF = re.compile(
    r"^(?:please\s+)?(?:(?:can|could|would) you\s+)?(?:"
    r"tell (?:me|us)(?: (?:more|something|everything))? (?:about|on)|(?:what|how) about|"
    r"(?:give|show) (?:me|us) (?:an?|some|the|all|more)?\s*(?:\w+\s+)?(?:about|on|of)|"
    r"(?:any|some|every)thing(?: \w+)? (?:about|on)|(?:more|all) (?:about|on)|"
    r"(?:an? )?overview (?:of|on)|info(?:rmation)? (?:about|on)|"
    r"what (?:do|does) (?:you|we|they|it|the library) (?:know|say|have) (?:about|on)|"
    r"what is (?:known|said) (?:about|on)|"
    r"i(?:['’]m| am) interested in|explain|describe|talk about)\s+",
    re.IGNORECASE,
)
# The same of what has been written, which asks something all the same.
_FRAME = re.compile(
    r"^what (?:(?:do|does|did|has|have) (?:(?:the|any) )?(?:\w+ )?(?:literature|evidence|research|studies|reviews?|"
    r"publications?|documents?|briefs?|papers|reports?) (?:know|say|said|shown?|report|tell us|find|found|suggest)"
    r"|is (?:known|said)) (?:about|on|of) ",
    re.IGNORECASE,
)
# Where to look, where that is everywhere: "going by both papers".
_EVERYWHERE = re.compile(
    r",?\s*\b(?:going by|according to|judging by|based on|drawing on|across|throughout|in|from|by)"
    r" (?:both|all|the two|these|those)(?: (?:of )?(?:the|these|those))?(?: two)?"
    r" (?:publications?|documents?|briefs?|papers|reports|texts|sources|reviews)(?: alike| together)?\b,?(?=\W|$)",
    re.IGNORECASE,
)
_JUDGED = (
    r"good|bad|ok(?:ay)?|useful|helpful|important|effective|worth it|work(?:ing)?|help|matter|true|better|worthwhile|"
    r"safe|needed"
)
_OPINION = re.compile(
    rf"^(?:is|are|was|were|does|do|did|will|would|can|should)\s+\w+\s+(?:be\s+)?(?:\w+ly\s+|any\s+)?(?:{_JUDGED})[\s?.!]*$",
    re.IGNORECASE,
)
# Words that say nothing of what a question is about.
_EMPTY = frozenset(
    """
    good bad okay useful helpful important effective work working help matter true better best worth worthwhile safe
    needed information info overview topic subject stuff tell show give explain describe talk interested known evidence
    library document documents question questions answer
    """.split()  # noqa: SIM905
)


def about(question: str) -> tuple[str, ...]:
    """Stems of the words that say what a question is about; none for "is it any good?"."""
    return tuple(stem(word) for word in content_words(_rest(question)) if word not in _EMPTY)


def topic(question: str) -> str:
    """What a question asks for all there is on, without the words that frame it; else the question as it is.

    "What does the literature say about supervision?" finds what is said of literature.
    """
    question = _rest(question) or question
    inner = _EVERYWHERE.sub("", _FRAME.sub("", question)).strip()
    return inner if content_words(inner) else question


def is_vague(question: str, passages_with: Callable[[str], int], passages: int) -> bool:
    """True for a vague question; `passages_with` gives in how many of the `passages` a stem stands."""
    question, rest = question.strip(), _rest(question)
    named = about(question)
    if not named:
        return bool(question)
    wide = rest != question or _OPINION.match(question) or (len(named) == 1 and len(question.split()) <= BARE_WORDS)
    if not wide or len(named) > MOST_WORDS or names(f"of {rest}" if rest != question else question):
        return False
    least = max(FEWEST, WIDE * passages)
    return all(passages_with(word) >= least for word in named)


def _rest(question: str) -> str:
    """What follows "tell me about" and the like; the question where it does not begin so."""
    question = question.strip()
    form = _ALL_OF.match(question)
    return question[form.end() :] if form else question
