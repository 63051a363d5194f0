"""Signs of how strong the evidence is, by rule: design, sample size, country, population, follow-up, year of search.

In: the text of a quotation. Out: cues, each with the words of the text that show it. Where the text does not say,
nothing is said: a place that is only talked about, or a trial that is only called for, is no cue.
docs/answers.md says how often that is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.places import COUNTRIES, DEMONYMS
from rag.schema import Cue

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_NUMBERS = {name: value for value, name in enumerate(f"{_ONES} seventeen eighteen nineteen".split())}
_TEN_NAMES = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {name: 10 * value for value, name in enumerate(_TEN_NAMES.split(), 2)}
_NUMBER = (
    r"(?:\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+|(?:"
    + "|".join(
        [rf"(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(list(_NUMBERS)[1:10])}))?", *sorted(_NUMBERS, key=len, reverse=True)]
    )
    + r"))"
)
_PEOPLE = (
    r"(?:participants|patients|adults|women|men|girls|boys|mothers|fathers|parents|children|infants|newborns|"
    r"adolescents|teenagers|youths|people|persons|individuals|subjects|students|pupils|nurses|midwives|clinicians|"
    r"physicians|doctors|veterans|victims|survivors|volunteers|caregivers|carers|workers|users|clients|respondents|"
    r"staff|providers|practitioners|professionals|consumers|prisoners|smokers|drinkers|peers|teachers|families|"
    r"households|couples|residents|offenders|refugees|migrants|learners|trainees|interviewees|experts|researchers)"
)
_GENERIC = re.compile(
    r"(?:participants|people|persons|individuals|subjects|respondents|peers|experts|households)", re.IGNORECASE
)
# Without possessive quantifiers, which Python before 3.11.5 matches wrongly (CPython issue 106052).
_MODIFIER = r"(?:(?!(?:and|or|the|of|in|with|to|were|was|had|who|that|for|from|per|by|at|which)\b)[\w+’'()-]+\s+){0,4}?"
_TAIL = (
    r"(?:\s+(?:living|diagnosed|with|of|who|undergoing|receiving|starting|aged|referred|from)"
    r"(?:\s+(?!(?:were|was|participated|took|completed|responded|found|reported|said|in|and|to|by|had|that|is|are)\b)[\w+’'/-]+(?![\w+’'/-])){1,6})?"
)
_GROUP = rf"{_MODIFIER}{_PEOPLE}\b"
_PEOPLE_AT_ALL = re.compile(rf"\b{_PEOPLE}\b", re.IGNORECASE)
_A_NUMBER = re.compile(rf"\b{_NUMBER}\b", re.IGNORECASE)
_FOLLOWED = re.compile(r"follow|contacted|\bat\s+\S+\s+(?:day|week|month|year)", re.IGNORECASE)
_WORK = r"(?:study|studies|trials?|surveys?|reviews?|reports?|projects?|articles?|interviews|pilot|sample|cohort)"
_NEEDED = re.compile(
    r"\b(?:needed|need for|required|should be|future|recommended items|to detect|per treatment group)\b", re.IGNORECASE
)
_UNIT = r"(?:day|week|month|year)s?"

_RANDOM = (
    r"randomi[sz]ed[\w,\s-]{0,60}?\b(?:trials?|RCTs?|stud(?:y|ies))\b"
    r"|randomi[sz]ed controlled\b[^.;]{0,40}\bstud(?:y|ies)\b"
    r"|\brandomly\s+(?:assign(?:ed)?|allocated|divided)\b|\b(?:were|was)\s+randomi[sz]ed\b"
    r"|\brandomi[sz](?:ed|ation)\s+(?:assignment|allocation|occurring|was)\b|\bRCT\b"
)
_DESIGNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("systematic review", r"(?<!for )(?<!relevant )\bsystematic (?:literature )?reviews?\b|\bCochrane reviews?\b"),
        ("meta-analysis", r"\bmeta-?analys[ei]s\b"),
        ("metasynthesis", r"\bqualitative meta-?synthes[ie]s\b|\b(?:this|our) meta-?synthesis\b"),
        ("randomised trial", _RANDOM),
        ("Delphi", r"\bDelphi\b(?:\s+(?:process|method|study|survey|panel|consensus|technique|rounds?))?"),
        ("mixed methods", r"\bmixed[- ]methods?\b"),
        ("qualitative", r"\bqualitative\s+(?:[\w-]+\s+){0,3}(?:stud(?:y|ies)|research|interviews)\b"),
        ("case study", r"\bcase stud(?:y|ies)\b"),
        ("cohort study", r"\bcohort stud(?:y|ies)\b"),
        ("cross-sectional study", r"\bcross-sectional (?:stud(?:y|ies)|surveys?|designs?)\b"),
        ("observational study", r"\bobservational stud(?:y|ies)\b"),
        (
            "survey",
            r"\bsurveyed \d+|\b(?:online|postal|telephone|household|baseline|national|statewide|our|this|web-based|"
            r"post-intervention|questionnaire) surveys?\b|\bsurveys? (?:of|found|showed|among)\b",
        ),
        (
            "expert opinion",
            r"\bexperts?\s+(?:also\s+)?(?:agreed?|recommend(?:ed)?|suggest(?:ed)?|advised?|believed?)\b"
            r"|\bexpert (?:opinion|consensus)\b",
        ),
        ("pilot", r"\bpilot (?:[\w-]+\s+){0,2}(?:study|trial|RCT|CRCT|project|randomi[sz]ed)\b"),
        ("feasibility study", r"\bfeasibility (?:study|trial)\b"),
    )
)
_NEEDED_FOR = frozenset({"meta-analysis", "randomised trial", "systematic review"})

_SIZES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "a study with 30 burn victims", "of their 45 respondents", "10 out of 55 patients"
        rf"\b(?:with|whose|of|among|in|from|included|including|recruited|enrolled|surveyed|interviewed|involving|comprising|"
        rf"assign|assigned|recruit|enrol)\s+(?:(?:the|their|a|all)\s+)?(?:total of\s+)?"
        rf"(?P<n>{_NUMBER})\s+(?P<who>{_GROUP}{_TAIL})",
        # "Ninety-two clinicians … participated"
        rf"(?<![\w%.,–-])(?P<n>{_NUMBER})\s+(?P<who>{_GROUP}{_TAIL})[^.;:]{{0,120}}?\b"
        rf"(?:participated|took part|completed|responded|"
        rf"(?:were|was)\s+(?:recruited|included|enrolled|interviewed|surveyed|randomi[sz]ed|randomly))\b",
        rf"\bduring the study(?: period)?,?\s+(?P<n>{_NUMBER})\s+(?P<who>{_GROUP})",
        rf"\b(?-i:N)\s*=\s*(?P<n>{_NUMBER})(?:\s+(?P<who>{_GROUP}{_TAIL}))?",
        rf"(?<![\w%.,–-])(?P<n>{_NUMBER})\s+were\s+randomi[sz]ed\b(?P<who>)",
        rf"\ba total of\s+(?P<n>{_NUMBER})\s+(?P<who>(?:[\w-]+\s+){{0,2}}(?-i:[A-Z]{{3,}}))\b",
    )
)
_NOT_A_SAMPLE = re.compile(
    r"\b(?:exclud\w+|withdr\w+|dropped out|discontinued|remaining|lost to|needed|required|per (?:treatment )?group|"
    r"ratio|haemoglobin|previous(?:ly)? published)\b",
    re.IGNORECASE,
)
SMALLEST = 3  # fewer people are a subgroup more often than a sample

_WHO = rf"(?P<who>{_GROUP}{_TAIL})"
_POPULATIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:study|trial|survey|studies|sample|interviews)\b[^.;:]{{0,60}}?\b(?:among|amongst|in|of|with)\s+{_WHO}",
        rf"\bamong(?:st)?\s+{_WHO}",
        rf"\b(?:study|trial|review)\b[^.;:]{{0,30}}\b(?:aim(?:ed|s)?|purpose|to (?:assess|examine|compare|determine))\b"
        rf"[^.;]*?\b(?:among|amongst|in|of|for)\s+{_WHO}",
        rf"\bstudy\b[^.;]{{0,80}}:\s+{_WHO}\s+(?:who\s+)?(?:reported|said|felt|found|described)\b",
        rf"^(?:Eligible\s+)?{_WHO}[^.;]{{0,80}}?\bwere\s+(?:recruited|enrolled|randomi[sz]ed|randomly)\b",
    )
)

_FOLLOW_UPS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<t>{_NUMBER}[-\s]{_UNIT})['’]?[-\s]+(?:of\s+)?follow[-\s]?up\b",
        rf"\bfollow(?:ed)?[-\s]?up\s+(?:period\s+)?(?:of|at|for|after|to)\s+(?:at least\s+)?"
        rf"(?P<t>(?:{_NUMBER} or )?{_NUMBER}\s+{_UNIT})\b",
        rf"\bfollowed(?:\s+up)?\s+for\s+(?:at least\s+)?(?P<t>{_NUMBER}\s+{_UNIT})\b",
        rf"\bfollow[-\s]?up\s+\((?P<t>(?:week|month|day|year)\s+{_NUMBER})\)",
        rf"\b[Aa]t\s+(?P<t>{_NUMBER}\s+{_UNIT})\b(?=[^.]*\bfollow[-\s]?up\b)",
        rf"\bat\s+(?P<t>{_NUMBER}\s+{_UNIT})\s+(?:from|after)\s+(?:the\s+)?(?:start|baseline|enrolment|randomi[sz]ation)\b",
        rf"\bcontacted\b[^.;]{{0,30}}\bafter\s+(?P<t>{_NUMBER}(?:,\s*{_NUMBER})*,?\s+and\s+{_NUMBER}\s+{_UNIT})\b",
    )
)

_SEARCHED = re.compile(r"\bsearch(?:ed|es)?\b", re.IGNORECASE)
_YEAR = r"(?:19|20)\d\d"
_SEARCH_YEARS = (
    re.compile(rf"\b(?:from|between)\s[^.;]{{0,20}}?\b(?P<a>{_YEAR})\b[^.;]{{1,20}}?\b(?P<b>{_YEAR})\b"),
    re.compile(rf"\b(?P<since>since|from|after)\s+(?P<a>{_YEAR})\b"),
    re.compile(rf"\b(?:during|in|on|until|to|before|up to)\b[^.;]{{0,20}}?\b(?P<a>{_YEAR})\b"),
)
_SOURCES = re.compile(
    r"\b(?:databases?|Medline|PubMed|Embase|Cochrane|Scopus|literature|articles|searches)\b", re.IGNORECASE
)

_OF_STUDY = (
    r"(?:\([\d;,\s–-]+\)\s*|\[[\d;,\s–-]+\]\s*)?(?:[\w-]+\s+){0,4}?"
    r"(?:stud(?:y|ies)|trials?|surveys?|reports?|reviews?|sample|cohort|hospitals?|clinics?|participants|patients|regions|programmes?)\b"
)
_PLACE_NAMES = "|".join(sorted((re.escape(name) for name in COUNTRIES), key=len, reverse=True))
_PEOPLES = "|".join(sorted((re.escape(name) for name in DEMONYMS), key=len, reverse=True))
_BY_PEOPLE = re.compile(
    rf"(?P<names>\b(?:{_PEOPLES})(?:-based)?(?:(?:,\s+|,?\s+and\s+)(?:{_PEOPLES})(?!\w))*)\s+{_OF_STUDY}"
)
_BY_PLACE = re.compile(
    rf"\b(?:conducted|recruited|carried out|undertaken|performed|took place|included|{_WORK}|hospitals?|clinics?|"
    rf"services|universit(?:y|ies))\b[^.;:]{{0,90}}?(?:\b(?:in|at|from|across)\s+|,\s+|\()[^.;:,(]{{0,40}}?"
    rf"(?P<names>\b(?:{_PLACE_NAMES})(?!\w)(?!\s+[A-Z][a-z]))"
)


def cues(text: str) -> tuple[Cue, ...]:
    """The cues of a quotation, in a fixed order of kinds, each value once."""
    sizes = tuple(_sizes(text))
    populations = () if any(cue.kind == "population" for cue in sizes) else tuple(_populations(text))
    rows = (*_designs(text), *sizes, *_countries(text), *populations, *_follow_up(text), *_search(text))
    found: dict[tuple[str, str], Cue] = {}
    for cue in rows:
        found.setdefault((cue.kind, cue.value), cue)
    return tuple(found.values())


def _designs(text: str) -> Iterator[Cue]:
    for name, pattern in _DESIGNS:
        match = pattern.search(text)
        if match and not (name in _NEEDED_FOR and _NEEDED.search(text)):
            yield Cue("design", name, match.group())


def _sizes(text: str) -> Iterator[Cue]:
    if not (_A_NUMBER.search(text) and (_PEOPLE_AT_ALL.search(text) or re.search("N|randomi|total of", text))):
        return
    for pattern in _SIZES:
        for match in pattern.finditer(text):
            value = number(match["n"])
            about = text[max(0, match.start() - 40) : match.end()]
            if value >= SMALLEST and not _NOT_A_SAMPLE.search(about) and not _NEEDED.search(text):
                start, end = match.span() if not match["who"] else (match.start("n"), match.end("who"))
                yield Cue("sample_size", str(value), text[start:end].strip())
                if match["who"] and _says_something(match["who"]):
                    yield Cue("population", _trimmed(match["who"]), _trimmed(match["who"]))
                return


def _populations(text: str) -> Iterator[Cue]:
    if not _PEOPLE_AT_ALL.search(text):
        return
    for pattern in _POPULATIONS:
        match = pattern.search(text)
        if match and _says_something(match["who"]):
            yield Cue("population", _trimmed(match["who"]), _trimmed(match["who"]))
            return


def _says_something(who: str) -> bool:
    return _GENERIC.fullmatch(who.strip()) is None


def _trimmed(who: str) -> str:
    return who.strip().rstrip(",")


def _follow_up(text: str) -> Iterator[Cue]:
    if not _FOLLOWED.search(text):
        return
    for pattern in _FOLLOW_UPS:
        match = pattern.search(text)
        if match:
            yield Cue("follow_up", match["t"], match.group())
            return


def _search(text: str) -> Iterator[Cue]:
    if not (_SEARCHED.search(text) and _SOURCES.search(text)):
        return
    for pattern in _SEARCH_YEARS:
        match = pattern.search(text)
        if match:
            parts = match.groupdict()
            value = f"{parts['a']} to {parts['b']}" if parts.get("b") else parts["a"]
            yield Cue("search_year", f"since {value}" if parts.get("since") else value, match.group())
            return


def _countries(text: str) -> Iterator[Cue]:
    for pattern, table in ((_BY_PEOPLE, DEMONYMS), (_BY_PLACE, COUNTRIES)):
        if not any(name in text for name in table):
            continue
        for match in pattern.finditer(text):
            for name, country in table.items():
                if re.search(rf"\b{re.escape(name)}(?!\w)", match["names"]):
                    yield Cue("country", country, match["names"])


def number(words: str) -> int:
    """A whole number written in digits or in words below a hundred: "1,600", "Ninety-two"."""
    digits = re.sub(r"\D", "", words)
    if digits:
        return int(digits)
    parts = words.casefold().split("-")
    return sum(_NUMBERS.get(part, 0) + _TENS.get(part, 0) for part in parts)
