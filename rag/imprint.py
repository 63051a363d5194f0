"""What a publication says of itself as a publication: who paid, who is thanked, whose views these are, who may copy it.

In: a question; a statement and its headings. Out: whether the statement is such a note, and the question asks for none
of its kind. Such a note shares many words with questions on the topic and is never a finding. Notes are told by the
heading they stand under and, where they have none, by a form that hardly anything else has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rag.schema import Document, Passage, Statement


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of note: the questions that ask for it, its headings, its form."""

    asked: re.Pattern[str]
    heading: re.Pattern[str]
    form: re.Pattern[str]


def _kind(asked: str, heading: str, form: str) -> Kind:
    return Kind(
        re.compile(rf"\b(?:{asked})", re.IGNORECASE),
        re.compile(rf"(?:{heading})\W*$", re.IGNORECASE),
        re.compile(form, re.IGNORECASE),
    )


_OURS = r"\b(?:this|our|the (?:present|current))\s(?:[\w-]+\s){0,2}"
_WORK = r"(?:stud(?:y|ies)|trial|review|research|work|report|brief|article|paper|publication|guide(?:line)?|document)\s"
_AUTHORS = r"\b(?:we|i|(?:the|all) (?:authors?|team|editors?))\s"
# What a figure is called, and a sentence that says no more than where something stands: "… are listed in Table 2."
_FIGURE = (
    r"(?:figs?\b\.?|figures?\b|(?:tables?|box(?:es)?|charts?)\s\w{1,3}\b|append\w+|supplement\w*|additional files?"
    r"|diagrams?)"
)
_STANDS = (
    r"^[^,;:\d]{1,80}\s(?:is|are|was|were|can be|may be)\s(?:[a-z]+ly\s|also\s)?"
    r"(?:shown|recorded|presented|given|listed|summari[sz]ed|displayed|depicted|illustrated|reported|described|provided"
    r"|outlined|detailed|discussed|found|seen|set out|available)\s(?:in (?:more |full |further )?detail\s)?"
)
_INITIALS = r"(?-i:(?:[A-Z][A-Z.-]{0,7}(?![A-Z.-])(?:[\s,;&]|\band\b)*)+)\.?$"
KINDS = (
    _kind(
        r"fig(?:ure|s)?\b|tables?\b|diagram|chart|prisma|append|suppl|where\b|available|recorded"
        r"|which (?:section|part)",
        r"^list of (?:figures|tables)",
        rf"{_STANDS}in\s(?:the\s)?(?:[^\W\d]+\s){{0,4}}\(?{_FIGURE}\b[^,;:]{{0,40}}$"
        rf"|{_STANDS}(?:below|above|in the (?:next|following|previous) section)\b"
        r"|^(?:(?:further|more|full|all|the) )*(?:details|data|results|information|list)\b[^,;:\d]{0,60}"
        r"\b(?:available|found|given|reported|described) (?:elsewhere|online|on request)\b"
        rf"|^(?:figs?\.?|figures?|tables?|box(?:es)?|charts?)\s?\w{{1,3}}\s(?:shows?|presents?|lists?|gives?|summari[sz]es?|displays?|provides?|outlines?)\s"
        r"(?:[^\W\d]+\s){0,4}(?:results|characteristics|details|overview|summary|list|flow|process|studies|records"
        r"|articles|papers)\b[^\d]*$",
    ),
    _kind(
        r"wrot|writ|author|contribut|conceiv|design|perform|analy|draft|did what|initials",
        r"author\S* contributions?|contributions? of (?:the )?authors|contributors?",
        r"^(?:conceived|designed|performed|analy[sz]ed|contributed|wrote|drafted|revised|supervised|concept\w+"
        r"|methodology|formal analysis|investigation|data curation|writing|funding acquisition|validation)\b"
        rf"[^.:]{{0,80}}:\s*{_INITIALS}",
    ),
    _kind(
        r"fund|sponsor|financ|pa(?:y|id)|costs?\b|commission|grants?\b|money|donat|suppl(?:y|ied|ies)\b",
        r"^(?:sources? of |study |role of (?:the )?)?(?:funding(?: \w+)?|funders?|sponsors?)"
        r"|^financial (?:support|disclosures?)",
        rf"{_OURS}{_WORK}(?:was|were|is|has been|received)\s(?:[\w-]+\s){{0,3}}"
        r"(?:funded|sponsored|financed|commissioned|supported|funding|support|grants?)\s(?:[\w-]+\s){0,2}(?:by|from)\b"
        r"|\b(?:funders?|funding \w+|sponsors?)\s(?:\w+\s){0,6}no (?:role|influence|part|involvement)\b",
    ),
    _kind(
        r"conflict|compet|interests?\b|declar|disclos|independen|donat|suppl(?:y|ied|ies)\b|firms?\b|compan|manufactur|industr",
        r"(?:conflicts?|competing|conflicting|declarations?|disclosures?)(?: of)?(?: \w+)? interests?(?: statements?)?",
        r"\b(?:competing|conflicting|conflicts? of|financial)\s(?:financial\s)?interests?\b.{0,40}"
        r"\b(?:exist|declare|report)"
        r"|\b(?:declares?|have|has|reports?|disclose)\s(?:that\s)?(?:they have\s|there (?:are|is)\s)?(?:no|any)\s"
        r"(?:\w+\s){0,3}(?:interests?|conflicts?)\b",
    ),
    _kind(
        r"acknowledg|thank",
        r"^acknowledge?ments?",
        rf"{_AUTHORS}(?:(?:would like|wish|want) to (?:thank|acknowledge)"
        r"|(?:gratefully|sincerely|also) (?:thank|acknowledge)|are (?:very |deeply )?(?:grateful|indebted) to)\b"
        r"|\bthe authors? thanks?\b",
    ),
    _kind(
        r"author|wrote|written|write|contribut|contact|e-?mail|affiliat|prepared|correspond|team|who\b",
        r"^(?:about the )?authors?\W?s?\W?(?: \w+)?|^prepared by|^correspond\w+(?: \w+)?"
        r"|^contact (?:details|information)",
        r"\ball (?:the )?authors (?:have )?(?:\w+ )?(?:read|approved|contributed)\b|^correspond\w+ (?:to|author)\b",
    ),
    _kind(
        r"cit(?:e|ing|ation)|copyright|licen[cs]|reproduc|cop(?:y|ies)|publish|disclaim|liab|warrant|endors|views?\b"
        r"|opinion",
        r"(?:suggested |recommended )?citation|how to cite.*|copyright(?: \w+){0,3}|disclaimers?|licen[cs]e"
        r"|publisher.s note",
        r"©|\bcopyright\b|\ball rights reserved\b|\bcreative commons\b|\b(?:suggested|recommended) citation\b"
        r"|\b(?:please cite|cite (?:this|as)|(?:should|may) be cited as)\b"
        r"|\bmay (?:not )?be (?:reproduced|copied|reprinted)\b|\bpermission to (?:reproduce|reprint)\b"
        r"|\b(?:views?|opinions?)(?: and \w+)? (?:expressed|presented|stated) (?:\w+ ){0,2}?(?:here|in this|are)\b"
        r"|\b(?:those|responsibility) of the authors?\b.{0,20}(?:\balone\b|\bnot\b|\.$)"
        r"|\bnot (?:\w+ ){0,3}(?:constitute|replace|substitute(?: for)?|construed|relied)\b.{0,40}"
        r"\b(?:advice|judge?ment|endorse\w*)"
        r"|\b(?:accepts?|assumes?|bears?|takes?) no (?:responsibility|liability)\b|\b(?:information\w*) purposes only\b"
        r"|\bno (?:responsibility|liability) (?:is|for|can)\b",
    ),
)


def is_note(question: str) -> Callable[[Document, Passage, Statement], bool]:
    """A test for statements that are notes of a kind for which `question` does not ask."""
    unasked = frozenset(n for n, kind in enumerate(KINDS) if not kind.asked.search(question))

    def test(document: Document, passage: Passage, statement: Statement) -> bool:
        heading = passage.section[-1] if passage.section else ""
        return not unasked.isdisjoint(_kinds_of(heading, document.text[statement.start : statement.end]))

    return test


@lru_cache(maxsize=16384)
def _kinds_of(heading: str, text: str) -> frozenset[int]:
    return frozenset(n for n, kind in enumerate(KINDS) if kind.heading.search(heading) or kind.form.search(text))
