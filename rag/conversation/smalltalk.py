"""Greetings, thanks and questions in another language: answered with a line, without a search.

In: what the user wrote. Out: the line to reply with, or None for a question to be answered. A language is told by its
small words, where English ones are missing, or by its script. A question is refused on clear signs only: to a name or a
title in another language nothing happens.
"""

from __future__ import annotations

import re
import unicodedata

from rag.terms import SMALL_WORDS, words

_I = re.IGNORECASE
_END = r"[\s,.!?;:)–-]*"
_GREETING = (
    r"(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day))(?: (?:there|"
    r"all|everyone|again|citewell))?"
)
_HOW = r"(?:how are (?:you|things)(?: doing)?(?: today)?|how(?:['’]s| is) it going|nice to meet you)"
_THANKS = (
    r"(?:(?:ok(?:ay)?|great|perfect|lovely|brilliant|super|good|nice|cool|wonderful|excellent|got it|"
    r"i see|understood|right|"
    r"all right|alright|very helpful|that(?:['’]s| is| was)? (?:very |really |so )?(?:helps?|helpful|"
    r"great|useful|perfect|all|clear)|"
    r"(?:many |no )?thanks?(?: you)?(?: (?:so|very) much| a lot| again| for (?:this|that|your help|"
    r"the help))?|thx|ta|cheers|"
    r"much appreciated|i appreciate it)" + _END + r")+"
)
_BYE = r"(?:good ?bye|bye(?: bye)?|see you(?: later| soon)?|good night|that(?:['’]s| is) all(?: for (?:now|today))?)"
_HELP = (
    r"(?:help|(?:what|who) are you|what (?:can|do) you do|what can i ask(?: you)?|what is this|"
    r"how does this work)"
)
_REPLIES = (
    (
        re.compile(rf"(?:{_GREETING}{_END})?{_HELP}{_END}", _I),
        "Ask a question, and Citewell answers from the documents of this library, in their own words, "
        "each sentence with "
        "its place. Where they do not answer, it says so.",
    ),
    (
        re.compile(rf"(?:{_GREETING}{_END})+(?:{_HOW}{_END})?|{_HOW}{_END}", _I),
        "Hello. Ask a question about what the documents of this library say.",
    ),
    (re.compile(rf"(?:{_THANKS})(?:{_BYE}{_END})?|{_BYE}{_END}", _I), "You are welcome. Ask on whenever you like."),
)
_OPENING = re.compile(
    rf"^(?:{_GREETING}\s*[,.!;:–-]+\s*|(?:thanks|thank you|"
    rf"many thanks)\s*[,.!;:–-]+\s*)+(?=\w)",
    _I,
)
ENGLISH_ONLY = "The documents of this library are in English, and so are the questions that it reads."
# Name of the language, its frequent small words that English lacks, and the request to ask in English.
_LANGUAGES = (
    ("French", "Posez votre question en anglais, s’il vous plaît.",
     "le la les des une est sont dans que qui quels quelles quel quelle comment pourquoi avec pour sur "
     "pas ne et ou les du "
     "au aux ce cette ces nous vous ils elles être ont peut doit sans entre leur leurs où combien quand "
     "l d c qu faut il elle sont"),
    ("German", "Bitte stellen Sie Ihre Frage auf Englisch.",
     "der die das und ist sind ein eine einen einer eines nicht wie wer wo wann warum welche welcher "
     "welches für mit von "
     "auf aus bei zu zum zur im den dem des sich auch werden wird wurde kann können sollen soll haben "
     "hat man ich wir sie "
     "ihr es gibt über viele viel sollten müssen muss brauchen kostet diese dieser wurden waren"),
    ("Spanish", "Haga su pregunta en inglés, por favor.",
     "el los las una es son en que qué quién cómo cuándo dónde por para con sin del al se su sus y o "
     "pero más cuál cuáles "
     "cuántos cuántas pueden puede deben debe hay entre sobre como está están ser"),
    ("Portuguese", "Faça a sua pergunta em inglês, por favor.",
     "os as uma é são em que quem como quando onde porquê por para com sem do da dos das no na nos nas "
     "ao se seu sua seus e "
     "ou mas mais qual quais quantos quantas pode podem deve devem há entre sobre não os"),
    ("Italian", "Faccia la Sua domanda in inglese, per favore.",
     "il lo gli le una è sono di che chi come quando dove perché per con senza del della dei delle nel "
     "nella al alla si suo "
     "sua e o ma più quale quali quanti quante può possono deve devono tra fra sul non cosa ci vengono "
     "viene sono stati dei"),
    ("Dutch", "Stel uw vraag in het Engels, alstublieft.",
     "het een en is zijn van dat die wie wat hoe wanneer waar waarom welke voor met op aan bij te niet "
     "ook worden wordt "
     "werd kan kunnen moet moeten hebben heeft we wij zij ze er naar uit over veel hoeveel deze"),
    ("Polish", "Proszę zadać pytanie po angielsku.",
     "jest są nie się na z do w i oraz że co kto jak kiedy gdzie dlaczego który która które czy od dla "
     "po przez ich jego jej "
     "mogą może być ile są szkoleni"),
    ("Turkish", "Lütfen sorunuzu İngilizce sorun.",
     "ve bir bu için ile ne nasıl neden kim nerede hangi mi mı mu mü değil var yok olan olarak daha çok "
     "kaç gibi nasıl nedir edilir"),
    ("Swedish", "Ställ frågan på engelska, tack.",
     "och är att det som en ett av för med på den inte hur vad vem när var varför vilka vilken kan ska "
     "har till från om de vi hur bör ska blir"),
)  # fmt: skip
_OWN_WORDS = tuple((name, wish, frozenset(own.split()) - SMALL_WORDS) for name, wish, own in _LANGUAGES)
_ENGLISH = SMALL_WORDS | frozenset("peer peers worker workers people study studies paid training tell help".split())  # noqa: SIM905
_SHARED = frozenset("is in a as are do on me no so die was man had hat am he we be to of or an o e y i s c d l".split())  # noqa: SIM905
MIN_WORDS = 2  # of another language
SHORT = 5  # words, of which one is enough where none is English
MIN_SHARE = 0.2  # of the words of a question
LATIN_SHARE = 0.5
_ET_AL = re.compile(r"\bet\.?\s+al\b", _I)  # Latin, in any language's questions


def small_talk(text: str) -> str | None:
    """The reply to a greeting, to thanks, to a good-bye, or to a call for help; None for anything else."""
    for pattern, reply in _REPLIES:
        if pattern.fullmatch(text.strip()):
            return reply
    return None


def without_greeting(question: str) -> str:
    """The question without "hello," or "thanks!" before it."""
    return _OPENING.sub("", question.strip())


def other_language(question: str) -> str | None:
    """What to reply to a question that is not in English; None for one that may be."""
    letters = [character for character in question if character.isalpha()]
    if not letters:
        return None
    latin = sum("LATIN" in unicodedata.name(character, "") for character in letters)
    if latin < LATIN_SHARE * len(letters):
        return f"{ENGLISH_ONLY} Please ask in English."
    own = words(_ET_AL.sub(" ", question).replace("’", " ").replace("'", " "))
    english = sum(word in _ENGLISH and word not in _SHARED for word in own)
    best = max(
        ((sum(word in small for word in own), name, wish) for name, wish, small in _OWN_WORDS), key=lambda row: row[0]
    )
    count, name, wish = best
    lone = count == 1 and not english and MIN_WORDS < len(own) <= SHORT and _SHARED.isdisjoint(own)
    clear = count >= MIN_WORDS or lone
    if clear and count > english and count >= MIN_SHARE * len(own):
        return f"{ENGLISH_ONLY} This seems to be {name}. {wish}"
    return None
