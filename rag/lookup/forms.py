"""The forms of questions about the library, as patterns: what `rag.lookup.asks` recognises, and nothing else.

Most hold two parts: the making or holding that is asked for, and the publication or cited work that it is asked of.
Held against 4,318 questions about what documents say (docs/lookup.md): where one of them was taken for a look-up,
the pattern was narrowed.
"""

from __future__ import annotations

import re

from rag.mentions import PUBLICATION
from rag.terms import any_case

WORK = (
    r"(?:(?:primary |original |research |scientific |cited |underlying |qualitative |recent )*"
    r"(?:stud(?:y|ies)|papers?|articles?|trials?|references?|refs|sources?|citations?|publications?|entr(?:y|ies)"
    r"|works?|"
    r"literature|research|evidence))"
)
WORKS = (  # those that can be listed
    r"(?:(?:primary |original |research |scientific |cited |underlying |qualitative |recent )*"
    r"(?:studies|papers|articles|trials|references|refs|(?<=cited )works|citations|entries|sources(?!\s+of\b)))"
)
HELD = (
    r"(?:documents?|briefs?|reviews?|reports?|publications?|digests?|rapid responses?|synthes[ei]s"
    r"|meta-?synthes[ei]s|"
    r"files?|titles?)"
)
CITED = (
    r"(?:cited|referenced|quoted|credited|listed|drawn on|relied on|in the (?:references?|reference list"
    r"|bibliography|"
    r"list of references)|cites?|refers? to|references?|bibliography)"
)
LIST = (
    r"(?:reference list|references? section|bibliography|list of references|references|sources(?!\s+of\b)"
    r"|works cited|citations)"
)

DOCUMENT = (
    r"(?:(?:rapid |evidence )?(?:briefs?|reviews?|papers?|documents?|reports?|articles?|responses?"
    r"|publications?|digests?|synthes[ei]s|meta-?synthes[ei]s)\b)"
)

CARDINALS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty"
)
ORDINALS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth"
    "|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth"
)
THE = r"(?:the|this|that|your|our|its|it|these|those|both|each)"
# A number in words counts things more often than it names one: it has to end there.
ENDS = r"(?=\s*(?:[?.!,;:]|$|(?:in|of|on|from|is|please|pls)\b))"
NUMBERS = r"\d{1,3}(?:\s*(?:[,;&–-]|,?\s*and|to)\s*\d{1,3})*\b"
ENTRY = any_case(
    rf"\b(?:ref(?:erence)?s?|entry|entries|citations?|sources?)\.?\s*(?:nos?\.?|numbers?|#)?\s*(?:(?P<number>{NUMBERS})"
    rf"(?!\s*(?:%|per|years))|(?P<word>{CARDINALS}){ENDS})"
    r"|\b(?P<ordinal>\d{1,3})(?:st|nd|rd|th)\s+(?:reference|entry|citation|item)\b"
    rf"|\b(?:the|its)\s+(?P<nth>{ORDINALS}|last|final)\s+(?:reference|citation|entry){ENDS}"
    rf"|(?:\b(?:item|number|no\.?)\s*|#)(?P<item>\d{{1,3}})\b.{{0,20}}\b(?:in|of|on)\b.{{0,40}}\b{LIST}\b"
    rf"|\b{LIST}\b.{{0,12}}\b(?:item|number|no\.?|#)\s*(?P<late>\d{{1,3}})\b"
    r"|\bwhat\s+(?:does|is)\s+[\[(](?P<bracket>\d{1,3})[\])]"
)
RETRACTED = any_case(
    rf"\b{WORK}\b.{{0,50}}\bretract(?:ed|ions?)\b|\bretracted\b.{{0,20}}\b{WORK}\b|\bretractions?\b"
    r"|\b(?:references?|cited|citations?)\b.{0,40}\b(?:withdrawn|taken back|pulled)\b"
    r"|\b(?:is|was|has|been)\b.{0,40}\b(?:study|paper|article|trial)\b(?:\s+by\s+[\w'-]+(?:\s+et al\.?)?)?"
    r"(?:\s+been)?\s+withdrawn\b"
)
# "What does PSW stand for?": an abbreviation has two capitals.
_SHORT = r"[\"“‘']?(?P<{}>(?=[\w&/-]*[A-Z][\w&/-]*[A-Z])[A-Za-z][\w&/-]*)[\"”’']?"
STANDS_FOR = re.compile(
    rf"(?i:\bwhat\s+(?:does|do|is|are|did)\s+(?:the\s+)?(?:(?:abbreviation|acronym|letters|initials)\s+)?)"
    rf"{_SHORT.format('a')}\s+(?i:stands?\s+for|short\s+for|an\s+(?:abbreviation|acronym)\s+(?:of|for))\b"
    rf"|(?i:\bspell\s+out|\b(?:meaning|full\s+form)\s+of(?:\s+the\s+(?:abbreviation|acronym))?)\s+{_SHORT.format('b')}\W*$"
    rf"|^\W*{_SHORT.format('c')}\s+(?i:stands\s+for(?:\s+what)?)\W*$"
)
# "Who is the director of …?" asks for no author.
ROLE = any_case(
    r"\bwho(?:'s|\s+(?:is|was|are|were))\s+(?:the|its|their)\s+(?:[\w-]+\s+){0,2}?(?P<role>directors?|heads?|presidents?"
    r"|chairs?|chair(?:man|woman|person)|ceo|chief executive|editors?|editor-in-chief|deans?|founders?|secretary"
    r"|ministers?|principal investigators?|owners?|boss)\b(?!\s+authors?\b)"
)
ANY_WORKS = any_case(
    r"\b(?:any|all|every|which|what|how many|list|anything|studies|papers|articles|trials|references|refs|sources"
    r"|citations|entries|works|publications|retractions?|literature|research|evidence)\b"
)
SUMMARY = any_case(
    rf"\b(?:summari[sz]e|sum up|summing up)\s+(?:for (?:me|us)\s+)?(?:(?:both|each|all|the|this|that|your"
    rf"|our|these)\b\s*)*"
    rf"(?:[\w'’-]+\s+){{0,4}}?(?:{DOCUMENT}|it\b|this\b|documents\b)"
    r"|\bsummari[sz]e\s+[\"“'’\w]+(?:\s+(?:et al|and colleagues).*)?[?.!]*$"
    rf"|\b(?:summary|overview|gist|abstract|synopsis|outline|précis"
    rf"|nutshell)\b.{{0,12}}\bof\b.{{0,60}}\b(?:{PUBLICATION}|this|it)\b"
    rf"|\b(?:tl;?dr|in a nutshell|in brief|the gist)\b.{{0,40}}\b{PUBLICATION}\b"
    rf"|\b{PUBLICATION}\b.{{0,40}}\b(?:in a nutshell|in a few (?:words|sentences|lines)|tl;?dr|boil down to)"
    rf"|\b(?:key|main|take[- ]?home|central|principal|chief)\s+(?:messages?|points?|take-?aways?|takeaways?"
    rf"|conclusions?)"
    rf"\b.{{0,20}}\b(?:of|in|from)\b.{{0,50}}\b{PUBLICATION}\b"
    rf"|\bwhat(?:['’]?s| is)\s+(?:the|this|that)\b(?:\s+[\w'’-]+){{0,4}}\s+{PUBLICATION}\s+(?:all\s+)?about\b"
    rf"|\bwhat are (?:both|the|these|your)\b(?:\s+[\w'’-]+){{0,2}}\s+{PUBLICATION}\s+(?:all\s+)?about\b"
    rf"|\bboil\s+(?:the|this|it)\b.{{0,40}}\bdown\b"
    rf"|\b(?:key|main|chief|principal)\s+findings?\s+(?:of|in|from)\s+(?:the|this)\b(?:\s+[\w'’-]+){{0,3}}"
    rf"\s+{PUBLICATION}\W*$"
    r"|\b(?:give|show|write|send)\s+(?:me|us)\b.{0,20}\b(?:summary|gist|overview|abstract|synopsis)\b[?.!]*$"
)

# All that is left of a question that names a document by its title.
SUMMARISE = any_case(r"^\W*(?:(?:please|can you|could you)\s+)*(?:summari[sz]e|sum up)\W*(?:please|for (?:me|us))?\W*$")

# A question on one cited study's making: "where did the article on burns come out?"
WORK_MAKING = any_case(
    r"\b(?:the|that|this)\s+(?:[\w'’-]+\s+){0,3}(?:stud(?:y|ies)|articles?|papers?|trials?|research|work)\s+"
    r"(?:on|about|with|among|of|by|from|into|that|which|where|in)\s+(?P<topic>.+)"
)
FULL_REFERENCE = any_case(
    r"\b(?:full|complete|exact|bibliographic(?:al)?)\s+(?:reference|citation|details?|entry)\b.{0,12}\b(?:of"
    r"|for|to)\s+(?P<topic>.+)"
    r"|\b(?:reference|citation|bibliographic(?:al)? details?)\s+(?:details\s+)?for\s+(?P<later>.+)"
)

# A surname beside a word for a publication's particulars; whether it is one of a reference, the lists tell.
PARTICULARS = (
    r"(?:titles?|titled|books?|chapters?|publishers?|journals?|editions?|co-?authors?|references?|citations?"
    r"|pmid|doi|printed)"
)
NAMED_WORK = re.compile(
    rf"(?i:\b(?:what|which|where|when|who|give|find"
    rf"|full)\b)?(?=.*\b(?i:{PARTICULARS})\b)(?P<named>.*(?<!^)\b[A-Z][a-z'’-]+[A-Z]?[a-z]+\b.*)"
)

# "Does the brief cite Kemp?", "is Solomon 2004 cited?": a name, which needs its capital.
_SURNAMES = r"[A-Z][\w'’-]+(?:(?:,? (?:and|&) | )[A-Z][\w'’-]+)*(?: et al\.?)?(?:,? \(?(?:19|20)\d\d\)?)?"
CITES_NAMED = re.compile(
    rf"\b(?i:(?:do|does|did|which|what)\b.{{0,60}}\b(?:cites?|references?|credits?))\s+(?P<a>{_SURNAMES})\W*$"
    rf"|\b(?i:{WORKS}|works?)\s+(?i:by|of)\s+(?P<c>{_SURNAMES})\s+(?i:(?:is|are|was|were)\s+)?(?i:cited|referenced|listed)\b"
    rf"|\b(?i:is|are|was|were)\s+(?P<b>{_SURNAMES})\s+(?i:in both|cited|referenced|credited"
    rf"|in the (?:references|reference list|bibliography))(?:\s+(?i:in|by|anywhere|here|at all)\b[^,;]*)?\W*$"
)

# "What did Moll find?", "what does Badger say about camps?"; whether Moll is an author, the reference lists tell.
_TELLS = (
    r"(?:find|found|say|said|report|reported|conclude|concluded|show|shown|observe|observed|discover|discovered"
    r"|recommend|suggest|argue|describe|tell us)"
)
_DOES = r"(?:do|done|study|studied|look at|investigate|examine)"
_OTHERS = r",?\s+(?:et\.?\s+al\b\.?|(?:and|&)\s+(?:colleagues|others|co-?workers))"
_AND_OTHERS = rf"(?:{_OTHERS})?"
_TOLD_YEAR = r"(?:,?\s+(?:(?:19|20)\d\d[a-z]?|\((?:19|20)\d\d[a-z]?\)))?"
_NAME = (
    r"(?!(?:the|they|he|she|it|we|you|i|this|that|these|those)\b)[\w'-]+(?:\s+(?-i:[A-Z])[\w'-]+)?"
    rf"(?:\s+(?:and|&)\s+(?!colleagues|others|co-?workers)[\w'-]+)?{_TOLD_YEAR}{_AND_OTHERS}{_TOLD_YEAR}"
)
_BY_NAME = (
    rf"(?:(?P<name>{_NAME})(?:'s?\s+(?:(?:19|20)\d\d\s+)?(?:study|paper|trial|team|group|work|guidelines?))?"
    rf"|the\s+(?P<study>(?-i:[A-Z])[\w'-]+{_AND_OTHERS}{_TOLD_YEAR})\s+(?:study|paper|article|trial))"
)
_ON = r"(?:about|on|regarding|concerning|as to|with regard to|in (?:relation|regard) to|when it comes to|of|for)"
_TOPIC = rf"(?:\s+{_ON}\s+(?P<topic>.+?))?"
_WHAT = r"^\W*(?:(?:and|so|but|ok|okay)\s+)?what\s+"
SAID_BY = (
    any_case(
        rf"{_WHAT}(?:did|do|does|have|has)\s+{_BY_NAME}\s+(?:actually\s+)?(?:{_DOES}|{_TELLS}(?:\s+out)?{_TOPIC})\W*$"
    ),
    any_case(
        rf"{_WHAT}(?:are|were|is|was)\s+the\s+(?:main\s+|key\s+)?"
        rf"(?:findings?|results?|conclusions?|recommendations?)\s+(?:of|by|from|in)\s+{_BY_NAME}{_TOPIC}\W*$"
    ),
)
AND_OTHERS = any_case(_OTHERS)
RETRACTED_NAME = any_case(
    rf"^\W*(?:(?:is|are|was|were|has|have|did)\s+)?(?:the\s+)?(?P<name>{_NAME})"
    r"(?:(?:'s?)?\s+(?:study|paper|article|trial|report|guidelines?))?"
    r"\s+(?:been\s+|get\s+)?(?:retracted|withdrawn)\W*$"
)
OF_AUTHORS = any_case(rf"{_OTHERS}|\b(?:19|20)\d\d")
# "Moll", "O'Hara", "MacLellan", "Lund-Dahl"; trials and programmes have other capitals ("TELEX", "SmokeFree").
SURNAME = re.compile(r"(?:(?:Ma?c|Fitz|[OD]'|De|Di|Du|La|Le|Van)?[A-Z][^\W\d_A-Z]+(?:-|\b(?!')))+(?:'s)?")

TOPIC_LEAD = (
    r"(?:on|about|for|regarding|concerning|around|dealing with|to do with|covering|as to|in support of"
    r"|behind|to back|backing|supporting)"
)
CITED_FOR = any_case(
    rf"\b(?:which|what|whose|name the|list the|show(?: me)?(?: the)?|give me(?: the)?"
    rf"|who)\b[^,;]{{0,25}}?\b{WORK}?\s*"
    rf"(?:do|does|did|are|is|were|was|has been|have been)?\s*(?:[\w'’-]+\s+){{0,5}}?(?:cited|referenced"
    rf"|credited|quoted|relied on|drawn on|cites?|given as (?:a )?sources?)\s+"
    rf"(?:{TOPIC_LEAD}|when (?:it|they)(?: comes?| says?| speaks? of| talks? about)?(?: to)?|to (?:show"
    rf"|support|back up|say|argue)(?: that| the claim that)?|as (?:evidence|support|a source)(?: for| that"
    rf"| on)?)\s+(?P<a>.+)"
    rf"|\b(?:which|what)\s+{WORK}\s+(?:back|backs|support|supports|underpin|underpins|stand behind"
    rf"|stands behind|lie behind|are behind|is behind|underlie)"
    rf"(?:\s+up)?\s+(?P<b>.+)"
    rf"|\b(?:references?|sources?|citations?|bibliography)\s+(?:cited\s+)?(?:on|about|for|regarding|concerning"
    rf"|behind)\s+(?P<c>(?!the (?:brief|review|paper|document|report)\b).+)"
    rf"|\bwhat\s+(?:is|are)\s+the\s+(?:(?:sources?|references?|citations?)\s+(?:for|on)|{WORKS}\s+behind)\s+(?P<d>.+)"
    rf"|\bwhat (?:evidence|literature) (?:is|was) (?:cited|referenced|quoted)\s+{TOPIC_LEAD}\s+(?P<e>.+)"
    rf"|\bwho (?:is|are|gets?) (?:cited|referenced|quoted) (?:on|about|for)\s+(?P<f>.+)"
)
ABOUT = (
    r"(?:(?:that|which)\s+)?(?:(?:are|is|were|was|have been|has been)\s+)?(?:(?:done|conducted|carried out)\s+)?"
    r"(?:about|on|concern(?:ing|ed with)?|deal(?:s|ing)? with|look(?:s|ed|ing)? at|focus(?:es|ed|ing)? on"
    r"|cover(?:s|ed|ing)?|"
    r"examin(?:es?|ed|ing)|to do with|regarding|relat(?:ed|ing) to|mention(?:s|ing)?|among|with|treat(?:s"
    r"|ing)?)"
)
ASKS_FOR = (
    r"(?:which|what|any|list(?: all)?(?: the)?|name(?: all)?(?: the)?|show(?: me)?(?: all)?(?: the)?"
    r"|give me(?: all)?(?: the)?|how many|(?:are|is|were) there(?: any)?|do(?:es)? .{0,30}\bcite(?: any)?)"
)
FINDS = any_case(
    r"\b(?:find|finds|found|show|shows|showed|report|reports|reported|say|says|said|conclude\w*|suggest\w*"
    r"|recommend\w*|"
    r"demonstrat\w+|prove\w*|measure\w*|identif\w+|tell|told|describe\w*|effect|impact)\b"
)
WORKS_ABOUT = any_case(
    rf"\b{ASKS_FOR}\b[^,;]{{0,30}}?\b{WORKS}\b(?:\s+(?:{CITED}|(?:(?:are|is)\s+)?there|do we have"
    rf"|here))*\s+{ABOUT}\s+(?P<topic>.+)"
)
# "Studies on veterans", "cited trials before 2000", "papers from Canada": a whole question.
_ALL = (
    r"^\W*(?:(?:the|all|any|some|cited|list|show|give|me)\s+)*"
    r"(?:(?!(?:is|are|was|were|do|does|did|can|should|how|why|when|where|who)\b)[\w-]+\s+)?"
)
ONLY_ABOUT = any_case(
    rf"{_ALL}{WORKS}(?:\s+{CITED})?\s+{ABOUT}\s+"
    r"(?P<topic>(?!.*\b(?:is|are|was|were|do|does|did|should|can|may|must|will)\b).+)"
)
ONLY_FROM = any_case(
    rf"{_ALL}{WORKS}(?:\s+{CITED})?\s+(?:(?:that|which)\s+)?(?:(?:are|were)\s+)?"
    r"(?:(?:done|conducted|carried out|published|dated)\s+)?"
    r"(?:in|from|of|by|since|before|after|until|up to|between|(?:older|earlier|newer|later) than|prior to)"
    r"(?:\s+\S+){1,4}$"
)
COUNTED_FROM = any_case(
    rf"\bhow many\s+(?:of\s+)?(?:the\s+)?(?:[\w-]+\s+)?{WORKS}\s+(?:are|were|come|came|date)\s+from\b"
)
ORDERED_WORKS = any_case(
    r"^\W*(?:(?:what|which)(?:'?s|\s+(?:is|are|was|were))\s+|(?:show|give)\s+me\s+|list\s+|name\s+)?(?:the\s+)?"
    r"(?:(?P<new>newest|latest|most recent)|(?P<old>oldest|earliest))\s+(?:of the\s+)?(?:cited\s+)?"
    r"(?:stud(?:y|ies)|trials?|references?|sources?|citations?|(?<=cited )(?:papers?|articles?|works?))"
    rf"(?:\s+(?:that\s+(?:is|are)\s+)?{CITED}\b.*|\s+in\b.*|\s+{ABOUT}\s+(?P<topic>.+))?\W*$"
)
# "References both documents share", "which studies are cited in both?"
SHARED = any_case(
    rf"\b(?:common|shared)\s+{WORKS}\b|\b{WORKS}\b.{{0,40}}\b(?:in|by)\s+(?:both|the two)\b"
    rf"|\b{WORKS}\b.{{0,20}}\b(?:both|the two)\b.{{0,30}}\b(?:share|cite|have in common|refer to|list|use)\b"
)
WORKS_ARE = any_case(rf"\bcited\s+{WORKS}\s+(?:are|were)\s+(?P<topic>[a-z-]+(?:\s+(?:studies|trials|reviews))?)\W*$")
WORKS_FROM = any_case(
    rf"\b{ASKS_FOR}(?:\s+of)?(?:\s+(?:the|these|those|all|your|its|their))?(?:\s+[\w-]+){{0,2}}?\s+{WORKS}\b"
)
# "Cited studies from Canada", "what British research is cited?": a kind of work that is cited, and no more.
CITED_WORKS = any_case(
    rf"^\W*(?:(?:the|any|all|some|cited)\s+)*(?:[\w-]+\s+){{0,2}}?{WORKS}\s+(?:\w+\s+)?(?:from|in|by)\b"
    rf"|\b(?:what|which|any)\s+(?:[\w-]+\s+){{0,2}}?{WORK}\s+(?:(?:is|are|was|were|has been|have been)\s+)?"
    r"(?:cited|referenced|credited|quoted|listed)\b"
)
NOT_LISTED = any_case(
    r"\b(?:sample|samples|included|criteria|eligible|screened|matter|most|differ\w*|compare\w*|why"
    r"|how (?!many))\b"
)
LISTED = any_case(r"\b(?:cites?|cited|references?|referenced|bibliography|listed|sources?)\b")

HOLD = (
    r"(?:hold|have|has|got|own|keep|contain|contains|include|includes|store|there|available|in (?:the|this"
    r"|your|our) (?:library|collection|index|catalogue))"
)
HOLDINGS = any_case(
    rf"\b(?:which|what|any|how many|list|name|show(?: me)?|are there|is there|do (?:we|you|i) have"
    rf"|have (?:we|you) got)\b"
    rf"(?:\s+(?:all|the|of|your|our|a|any|other|more|new|recent|many))*\s+(?:(?!did\b|does\b)[\w-]+\s+){{0,2}}?{HELD}\b"
)
# "List all documents", "documents before 2014", "which documents are rapid responses?"
DOCUMENTS = r"(?:documents|briefs|reviews|reports|publications|files|titles)"
ALL_DOCUMENTS = any_case(
    rf"^\W*(?:(?:please|list|show(?: me)?|name|all|the|your|our|every)\s+)+{DOCUMENTS}\W*$"
    rf"|^\W*(?:(?:list|show(?: me)?|name|all|the|your|our)\s+)*{DOCUMENTS}\s+"
    rf"(?:published|dated|from|of|since|before|after)\b[^,;]{{0,30}}\d{{4}}\W*$|\b(?:which|what)\s+(?:documents|publications|files|titles)\s+are\s+{HELD}\W*$"
)
HOLD_WORD = any_case(rf"\b{HOLD}\b")
DOC_TOPIC = any_case(
    rf"\b{HELD}\b(?:\s+(?:do|does|are|is)?\s*(?:we|you|i|there)?\s*(?:hold|have|has|got|own"
    rf"|keep)?)?(?:\s+in (?:the|this|your|our) (?:library|collection))?"
    rf"\s*(?:that\s+|which\s+)?(?:are\s+|is\s+)?(?:about|on|cover(?:s|ing)?|deal(?:s|ing)? with|concern(?:s"
    rf"|ing)?|regarding|to do with|mention(?:s|ing)?|discuss(?:es|ing)?|address(?:es|ing)?|speak(?:s)? of"
    rf"|touch(?:es)? on)\s+(?P<topic>.+)"
)
NEWEST = any_case(
    rf"\b(?:newest|latest|most recent|most up[- ]to[- ]date)\b(?:\s+[\w-]+){{0,2}}?\s*(?:{HELD}|paper"
    rf"|article|one|thing|addition|item)?\b"
)
OLDEST = any_case(r"\b(?:oldest|earliest|first published)\b")
# "Which is newer, the brief or the review?", and "what is the newest?", which can only be asked of the library.
_NEW, _OLD = r"newer|more recent", r"older|earlier"
ORDERED = any_case(
    rf"\b(?:which|what)(?:\s+(?:one|of (?:the two|them|these|those)|{HELD}))?\s+(?:is|was)\s+(?:the\s+)?"
    rf"(?:(?P<new>{_NEW})|(?P<old>{_OLD}))\b.{{0,30}}\b{PUBLICATION}\b"
    rf"|\b(?:is|was)\s+{THE}\b.{{0,40}}\b{PUBLICATION}\s+(?:(?P<newer>{_NEW})|(?P<older>{_OLD}))\s+than\b"
    r"|^\W*(?:what|which)(?:['’]?s|\s+(?:is|one is|are))\s+(?:the\s+)?"
    r"(?:(?P<newest>newest|latest|most recent)|(?P<oldest>oldest|earliest))(?:\s+one)?\W*$"
)
OF_LIBRARY = any_case(
    rf"\b(?:{HELD}|papers?|articles?|library|collection|catalogue|one (?:do )?(?:you|we) have|item"
    rf"|thing (?:do )?(?:you|we) have)\b"
)
WHOLE_LIBRARY = any_case(
    r"\b(?:what|which)(?:'s|’s|\s+is|\s+are|\s+does)?\s+(?:all\s+)?(?:in|inside)?\s*(?:the|this|your"
    r"|our)\s+(?:library|collection|catalogue)\s*"
    r"(?:hold|have|contain|cover|include|about)?\s*[?.!]*$"
    r"|\bhow (?:big|large) is (?:the|this|your|our) (?:library|collection)\b|\bsize of (?:the|this"
    r"|your) (?:library|collection)\b"
    r"|\bwhat (?:(?:material|evidence|literature|content)s? )?(?:do|can) you (?:have|hold|know|read|draw on)"
    r"\s*[?.!]*$|\bwhat are your sources\b"
    r"|\bwhere do your answers come from\b"
)
COUNT = any_case(r"\bhow many\b|\b(?:number|count) of\b|\bhow (?:big|large|long)\b")
LIST_OF_ENTRIES = any_case(
    rf"\b(?:list|show(?: me)?|print|give me|display|what are)\b(?:\s+(?:all|of|me|every|the|its|full|whole"
    rf"|entire))*\s+(?:[\w'’-]+\s+){{0,2}}?{LIST}\b"
    rf"(?!\s+(?:on|about|for|regarding|concerning|behind|from)\b)"
    r"|\bhow many\s+(?:references|citations|sources(?!\s+of\b)|entries)\b"
    rf"|\bhow many\s+(?:stud(?:y|ies)|papers|articles|works)\b.{{0,40}}\b(?:does|do|are|were"
    rf"|is)\b.{{0,40}}\b(?:cite[sd]?|referenced?|in the (?:reference list|bibliography|references))\b"
    rf"|\bhow long is\b.{{0,30}}\b{LIST}\b|\bnumber of (?:references|citations|cited \w+)\b"
)
TAIL = any_case(
    r"(?:\s*,?\s*(?:please|then|and when|and where|and why|and by whom|exactly|at all|in the library"
    r"|in this library|in (?:the|your) collection"
    r"|in (?:the|its|their|your) (?:references|reference lists?|bibliography)"
    r"|(?:(?:are|is)\s+)?(?:cited|referenced)(?:\s+in\b.*)?|published|come out|came out|appear(?:ed)?"
    r"|released|do (?:we|you) have|available))+[?.!\s]*$"
)
PUBLISHED_TAIL = any_case(r"\s+(?:come out|came out|published|appear(?:ed)?|released|printed)\b.*$")
