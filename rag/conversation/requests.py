"""Requests about the last answer: "say more", "shorter", "which studies were those?", "where does it say so?".

In: what the user wrote and the turns before it. Out: what is wanted and the question whose answer it is about. They are
answered from that question, asked again with other settings, and never searched for as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rag.schema import Turn

Wanted = Literal["more", "shorter", "studies", "places", "quotations"]
_POLITE = r"(?:(?:and|but|ok(?:ay)?|please|could you|can you|would you|now)[\s,]+)*"
_THAT = r"(?:that|this|it|those|these|them)"
_PUT = rf"(?:make|put|say|give|keep|phrase|write|tell|explain)(?: me)?(?: (?:{_THAT}|(?:the|your) answer))?"
_LITTLE = r"(?:a (?:bit|little)|even|much|somewhat)"
_GOT = r"(?:get|got|take|took|find|found|read|see|have)"
_WANTED: tuple[tuple[Wanted, str], ...] = (
    (
        "more",
        r"(?:say|tell(?: me)?|give(?: me)?|write|explain)(?: (?:a (?:bit|little)|some))? more(?: detail(?:s|ed)?)?|"
        rf"(?:any |is there (?:any )?)?more(?: details?)?|go on|continue|carry on|elaborate|"
        rf"(?:expand|elaborate) on {_THAT}|"
        rf"(?:explain|tell me|say)(?: {_THAT})? in (?:more|greater) detail|(?:make {_THAT} )?longer|a longer answer|"
        rf"more (?:about|on) {_THAT}|(?:tell me|say) more (?:about|on) {_THAT}|"
        rf"what else do(?:es)? (?:it|they|the library) say",
    ),
    (
        "shorter",
        rf"(?:{_PUT} (?:be )?)?(?:{_LITTLE} )?(?:(?:shorter|briefer|more (?:concise|brief|succinct)(?:ly)?)|"
        rf"in (?:fewer|less|not so many) words|in (?:short|brief)|briefly|concisely)|"
        rf"{_PUT} (?:more )?(?:short|brief|concise)|"
        r"(?:give me )?(?:a|the) (?:short(?:er)?|brief(?:er)?) (?:answer|version|one)|too long|tl;? ?dr|"
        rf"be (?:{_LITTLE} )?(?:briefer|brief|more (?:concise|brief))|(?:cut|trim) {_THAT}(?: (?:down|short))?|"
        rf"(?:sum up|sum {_THAT} up|summari[sz]e)(?: {_THAT})?|(?:{_PUT} )?in (?:one|a) (?:sentence|line)|"
        rf"shorten {_THAT}",
    ),
    (
        "studies",
        r"(?:which|what)(?: primary| original)? (?:stud(?:y|ies)|papers?|trials?|research|sources?|"
        r"references?|articles?)"
        rf" (?:(?:was|were|is|are) (?:{_THAT}|they)(?: (?:from|in|based on))?|(?:is|are|was|were) {_THAT} based on|"
        rf"(?:says?|found|shows?|showed) (?:{_THAT}|so)|(?:is|are|was|were) behind {_THAT}|"
        rf"do(?:es)? {_THAT} (?:come|rest) (?:from|on))|"
        rf"(?:what|who) (?:is|was) {_THAT} based on|says who|according to whom?|"
        rf"(?:who|which study|which studies) (?:says?|said|found|showed|reported) (?:{_THAT}|so)|"
        rf"(?:what|which)(?:['’]s| is| are) the (?:stud(?:y|ies)|sources?|references?)(?: (?:for|of|"
        rf"behind) {_THAT})?|"
        rf"(?:the )?(?:studies|references|sources) (?:for|behind) {_THAT}|(?:the |any )?sources?|"
        r"which studies|what studies",
    ),
    (
        "places",
        rf"where (?:exactly )?(?:do(?:es)?|did) (?:it|they|the (?:\w+ )?(?:brief|review|paper|document|"
        rf"text)|{_THAT}) say (?:so|{_THAT})"
        rf"|where(?:['’]?s| is| are| was| were) {_THAT}(?: (?:from|written|stated|said|found))?|"
        rf"where (?:(?:do(?:es)?|did) {_THAT} )?(?:stand|come from)|"
        rf"are you (?:quite |really |absolutely )?(?:sure|certain)(?: (?:about|of) {_THAT})?|"
        rf"(?:really|is {_THAT} (?:really )?(?:right|true|correct|certain|so)|how (?:sure|certain) are you)|"
        rf"where (?:do|did|have) (?:you|they) {_GOT} {_THAT}(?: from)?|how do you know(?: {_THAT})?|"
        rf"what makes you (?:say|think) (?:{_THAT}|so)|what did you (?:just )?say|"
        rf"(?:on )?(?:which|what) page(?: (?:is|was) {_THAT}(?: on)?)?|(?:which|what) section(?: (?:is|"
        rf"was) {_THAT}(?: in)?)?|"
        r"show me (?:the |its )?(?:place|passage|page)s?|where exactly",
    ),
    (
        "quotations",
        r"(?:(?:give|show|tell) me )?(?:(?:only|just) )?(?:the )?"
        r"(?:(?:exact |actual |original )?(?:quotations?|quotes?)(?: only)?|"
        r"(?:exact|actual|original) (?:words?|wording|text))|verbatim|word for word|"
        r"in their own words|quote (?:it|that|them)",
    ),
)
_PATTERNS = tuple(
    (wanted, re.compile(rf"{_POLITE}(?:{pattern})(?:[\s,]+(?:please|then|exactly|again))*[\s.?!]*", re.IGNORECASE))
    for wanted, pattern in _WANTED
)
# "List them", after a question for studies, wants those; after any other one, what that was about.
_LIST = re.compile(
    rf"{_POLITE}(?:(?:list|name|show|give)(?: me)? (?:them|those|these)(?: all)?|(?:give me )?a list(?: of them)?|"
    r"which ones(?: (?:are|were) (?:they|those|these))?)(?:[\s,]+please)?[\s.?!]*",
    re.IGNORECASE,
)
_OF_STUDIES = re.compile(
    r"(?:which|what|how many|are there(?: any)?|any)(?: of the)?(?: \w+)? "
    r"(?:studies|papers|trials|articles|sources|references)\b",
    re.IGNORECASE,
)
_CITATION = re.compile(
    rf"{_POLITE}(?:(?:what(?:['’]s| is| was| does| about)|show(?: me)?|give me|tell me (?:more )?about|explain|quote|"
    r"where(?:['’]s| is)|who (?:is|says)|how about|(?:which|what) (?:evidence|stud(?:y|ies)|papers?|sources?) "
    r"(?:is|was|backs?|supports?|(?:is|are) behind))\s+)?(?:the )?"
    r"(?:\[(\d{1,2})\]|(?:citation|quotation|quote|source)(?: number| no\.?)? ?[\[#]?(\d{1,2})\]?)"
    r"(?: (?:say|from|based on|about))?[\s.?!]*",
    re.IGNORECASE,
)
LONGER, SHORTER = 2.0, 0.35  # times the length of an answer
FEWEST = 20  # words


def length(wanted: Wanted | None, usual: int) -> int:
    """How long an answer is to be, where it usually has `usual` words."""
    factor = {"more": LONGER, "shorter": SHORTER}.get(wanted or "", 1.0)
    return max(min(FEWEST, usual), round(usual * factor))


def wanted(text: str, asked: str = "") -> Wanted | None:
    """What a request about the last answer, to what was `asked`, wants; None for a question of its own."""
    if _LIST.fullmatch(text.strip()) and _OF_STUDIES.search(asked):
        return "studies"
    for name, pattern in _PATTERNS:
        if pattern.fullmatch(text.strip()):
            return name
    return None


def citation_wanted(text: str, history: Sequence[Turn]) -> tuple[int, Sequence[Turn]]:
    """The number of the citation that is asked for ("what is [2]?"), and the history up to the answer that has it.

    Answers that show one citation only are passed over. 0 for anything else.
    """
    match = _CITATION.fullmatch(text.strip())
    if match is None or [turn.role for turn in history[-2:]] != ["user", "assistant"]:
        return 0, ()
    shown, before = citation_wanted(history[-2].text, history[:-2])
    answered, number = before if shown else history, int(match[1] or match[2])
    return (number, answered) if f"[{number}]" in answered[-1].text else (0, ())
