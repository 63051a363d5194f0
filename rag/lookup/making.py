"""The forms of questions about a document's making, as patterns: who wrote it, who paid, how it was published.

Held against questions about what documents say like those in `rag.lookup.forms`.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.lookup.forms import THE, WORK
from rag.mentions import PUBLICATION
from rag.terms import any_case

Fact = Literal[
    "authors", "funders", "citation", "published", "doi", "licence", "kind", "affiliation", "contact",
    "contributions", "interests", "acknowledgements", "replaced",
]  # fmt: skip


WHO_WROTE = (
    r"\bwho(?:\s+(?:actually|has|had))?\s+(?:wrote|written|authored|compiled|penned)\b"
    r"(?!\s+(?:[\w'’-]+\s+){0,4}?(?:messages|texts|notes|letters|scripts?|leaflets?|materials?|manuals?|plans?)\b)"
    rf"|\bwho(?:['’]s|\s+is|\s+are|\s+was|\s+were)?\s+(?:the (?:people|persons?|team|ones?)\s+(?:who\s+)?)?"
    rf"(?:prepared|put together|produced|behind"
    rf"|made)\s+{THE}\b.{{0,40}}\b{PUBLICATION}\b"
    r"|\bwho\s+(?:are|is|were|was)\s+(?:the|its|their)\s+(?:\w+\s+)?(?:authors?|writers?)\b"
    r"|\b(?:names?|list)\s+(?:of\s+)?(?:the|its|all)?\s*authors?\b|^\W*(?:and |the )*authors?\s+of\b"
    rf"|\bwritten by (?:whom|who)\b|\bby whom\b.{{0,30}}\b(?:written|{PUBLICATION})\b|\bwhose\s+(?:work"
    rf"|{PUBLICATION})\s+is\b"
    rf"|\bwho\b.{{0,20}}\b(?:first|lead|last|senior|corresponding)\s+author\b"
    rf"|^\W*(?:[\w'’]+\s+){{0,2}}author(?:s|ship)?\W*$"
)
WHO_PAID = (
    r"\bwho\s+(?:has\s+|had\s+)?(?:fund(?:ed|s)|pa(?:id|ys) for|financed|sponsored|commissioned|bankrolled|"
    rf"put up the money for|gave (?:the )?money for)\s+(?:(?:the|this|that"
    rf"|your)(?:\s+[\w'’-]+){{0,6}}?\s+(?:{PUBLICATION}|{WORK})\b|(?:it|this|that)\s*[?.!]*$)"
    rf"|\b(?:funders?|sponsors?|funding bod(?:y|ies))\s+(?:of|for|behind)\s+(?:the|this"
    rf"|that)\b.{{0,50}}\b{PUBLICATION}\b"
    rf"|\b(?:sources? of funding|funding sources?|funding statement)\b|\bwhere did the money (?:for"
    rf"|behind)\b.{{0,50}}\b{PUBLICATION}\b"
    rf"|\b{PUBLICATION}\b.{{0,30}}\b(?:(?:was|is|been|were|got)\s+)?(?:funded|financed|sponsored"
    rf"|commissioned|paid for) by (?:who|whom|what)\b"
    rf"|\b(?:was|is|were|who)\b.{{0,6}}\b{THE}\b(?:\s+[\w'’-]+){{0,4}}\s+{PUBLICATION}\s+(?:funded|financed"
    rf"|sponsored|commissioned)\b"
    rf"|\bfunding (?:of|for|behind) (?:the|this|that)\b(?:\s+[\w'’-]+){{0,4}}\s+{PUBLICATION}\b"
)
HOW_TO_CITE = (
    r"\bhow (?:do|should|can|would|must) (?:i|we|you|one|people) (?:cite|credit|reference|quote)\b"
    r"|\bneed to cite\b"
    r"|\bsuggested citation\b|\bhow to cite\b|\b(?:cite|citation) (?:for|of) (?:the|this)\b.{0,40}"
    rf"\b{PUBLICATION}\b|\bhow (?:is|should) .{{0,40}}\b{PUBLICATION}\b.{{0,10}}"
    r"\b(?:be )?(?:cited|referenced|credited)\b"
)
WHEN_PUBLISHED = (
    r"\b(?:when|where|(?:in )?(?:which|what) (?:year|month)|what date)\s+(?:was|were|did|is|has)\b.{0,80}"
    r"\b(?:published|come out|came out|appear|issued|released|written|printed|dated)\b"
    rf"|\b(?:who|(?:which|what) (?:organi[sz]ation|body|agency|institution|publisher))\s+"
    rf"(?:published|issued|released|put out|brought out)\s+{THE}\b"
    rf"|\b(?:when|(?:year|date|month)(?:\s+that|\s+when)?)\s+{THE}\b.{{0,40}}\b{PUBLICATION}\s+(?:was\s+)?"
    rf"(?:appeared|published|came out|issued|released)\b|\b(?:publisher"
    rf"|publication (?:date|year)|(?:year|date|place) of publication)\b"
    r"|\b(?:which|what|in which|in what) journal\b|\bname of the journal\b"
    rf"|\bhow (?:old|recent|new|current)\s+(?:is|are)\b.{{0,30}}\b{PUBLICATION}\b(?!\s+(?:by|of|on))"
    rf"|\b(?:which|what) year\s+(?:is|was)\b.{{0,30}}\b{PUBLICATION}\b|\b(?:when|what year)\s+(?:is"
    rf"|was)\b.{{0,30}}\b{PUBLICATION}\s+from\b"
    rf"|\bdate of (?:the|this|that)\b.{{0,30}}\b{PUBLICATION}\b"
)
FACTS: tuple[tuple[Fact, re.Pattern[str]], ...] = (
    ("contributions", any_case(
        r"\bwho\b.{0,30}\b(?:analy[sz]ed the data|did the (?:data )?analysis|conceived|designed the (?:experiments?"
        r"|study)|drafted)\b"
        r"|\b(?:which|who)\b.{0,20}\b(?:of the )?(?:team|authors?)\b.{0,40}\b(?:analy[sz]ed|wrote|drafted"
        r"|designed|performed|"
        r"conceived|did what)\b|\bauthor contributions?\b|\bcontributions? of (?:the|each|which) authors?\b"
        r"|\bwho did what\b")),
    ("interests", any_case(
        r"\b(?:competing|conflicts? of|conflicting|declared?|declaration of|vested)\s+interests?\b")),
    ("acknowledgements", any_case(
        r"\backnowledg(?:e)?ments?\b|\bwho (?:is|are|was|were) (?:thanked|acknowledged)\b|\bwho (?:do"
        r"|did) .{0,30}\bauthors? thank\b")),
    ("affiliation", any_case(
        r"\b(?:where|which (?:university|institutions?|institutes?|organi[sz]ations?|departments?)|"
        r"what (?:university|institutions?|institutes?|organi[sz]ations?))\b.{0,20}\b(?:do|does|are|is|did"
        r"|were|was)\b"
        r".{0,30}\b(?:authors?|writers?|team)\b.{0,15}\b(?:work|from|based|belong|affiliated)\b"
        r"|\baffiliations?\b"
        r"|\b(?:authors?|team)\b.{0,20}\bbased\b|\bwhere (?:are|is) the authors?\b")),
    ("contact", any_case(
        r"\b(?:e-?mail|contact details?|correspond(?:ing|ence))\b.{0,30}\b(?:authors?|address|writer)\b"
        r"|\bhow (?:can|do) (?:i|we) (?:contact|reach|write to|get in touch with)\b.{0,20}"
        r"\b(?:authors?|writers?|team)\b"
        r"|\b(?:authors?|writer)(?:['’]s?)?\s+(?:e-?mail|contact)\b")),
    ("authors", any_case(WHO_WROTE)),
    ("funders", any_case(WHO_PAID)),
    ("citation", any_case(HOW_TO_CITE)),
    ("published", any_case(WHEN_PUBLISHED)),
    ("doi", any_case(
        rf"\bdoi\b|\bwhere (?:can|do|could) (?:i|we|one) (?:find|get|download|read|see"
        rf"|obtain)\b.{{0,20}}\b(?:original|full|whole|{PUBLICATION})\b"
        rf"|\b(?:link|url|web ?address|web ?page|website)\b.{{0,20}}\b(?:to|of|for)\b.{{0,40}}\b(?:original"
        rf"|{PUBLICATION})\b")),
    ("licence", any_case(
        rf"\b(?:licen[cs]ed?|copyright|terms of use|creative commons)\b.{{0,40}}\b{PUBLICATION}\b"
        rf"|\b{PUBLICATION}\b.{{0,40}}\b(?:licen[cs]ed?|copyright|creative commons)\b"
        rf"|\b(?:may|can) (?:i|we) (?:copy|share|reuse|reprint|redistribute)\b.{{0,30}}\b{PUBLICATION}\b")),
    ("kind", any_case(
        rf"\bwhat (?:kind|sort|type) of (?:document|publication|paper|text|report|thing|brief|article)\b"
        rf"|\bwhat (?:kind|sort|type) of .{{0,6}}\bis (?:the|this"
        rf"|that)\b(?:\s+[\w'’-]+){{0,3}}\s+{PUBLICATION}\b")),
    ("replaced", any_case(
        rf"\b(?:newer|more recent|later|updated|latest|current) (?:version|edition)\b|\bsuperseded?s?\b"
        rf"|\b(?:been )?(?:replaced|updated)\b.{{0,15}}\b(?:by|since)\b.{{0,30}}(?:newer|another|one|$)"
        rf"|\b{PUBLICATION}\b.{{0,20}}\b(?:still (?:current|valid|up to date)|out of date|outdated)\b")),
)  # fmt: skip
