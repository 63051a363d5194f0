"""Conversations: what is asked, read together with the turns before it.

In: what the user wrote and the turns before. Out: a question that stands alone, or a reply where nothing is to be
searched. The words of a question are changed as little as possible, and the reader is shown what became of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.conversation.complete import complete
from rag.conversation.needs import background, mere_part, scene_of, without_change
from rag.conversation.parts import parts
from rag.conversation.requests import Wanted, citation_wanted, length, wanted
from rag.conversation.smalltalk import other_language, small_talk, without_greeting
from rag.conversation.talk import Other, Talk, is_quoted, listed, read_answer, topic_of
from rag.conversation.wording import capitalised, joined, put_beside, tells
from rag.schema import Turn

__all__ = ["REMEMBERED", "Understood", "other_language", "parts", "standalone", "understand"]
REMEMBERED = 6  # questions back that a chain of follow-ups is followed


@dataclass(frozen=True, slots=True)
class Understood:
    """What the user wants.

    Attributes:
        question: to be answered; it stands alone.
        asked: the same as the user put it; the one before where something is wanted of its answer.
        before: the question with what was said just before it, where it may belong to it, else "".
        beside: it was put beside the question before, which was answered already: what is asked is one thing.
        wanted: what is wanted of the last answer, where `question` is the one that was answered then.
        citation: the number of the citation that is wanted of it, else 0.
        reply: what to say where nothing is to be searched, else "".
    """

    question: str
    asked: str = ""
    before: str = ""
    beside: bool = False
    wanted: Wanted | None = None
    citation: int = 0
    reply: str = ""

    def words(self, usual: int) -> int:
        """How long the answer is to be, where it usually has `usual` words."""
        return length(self.wanted, usual)


def understand(question: str, history: Sequence[Turn], other: Other = lambda text: "") -> Understood:
    """Read a question in its conversation. What is wanted of an answer asks its question again, as it was asked.

    `other` tells the title of the other of two documents, where a text names one of them; else "".
    """
    question, history = question.strip(), history[-4 * REMEMBERED :]
    reply = small_talk(question) or other_language(question)
    if reply:
        return Understood(question, reply=reply)
    number, answered = citation_wanted(question, history)
    if number:
        return replace(understand(answered[-2].text, answered[:-2], other), citation=number)
    places = questions_in(history)
    request = wanted(question, history[places[-1]].text if places else "")
    if request and places:
        return replace(understand(history[places[-1]].text, history[: places[-1]], other), wanted=request)
    question = without_greeting(question)
    talk = talk_of(history, other)
    completed = _completed(question, talk)
    if completed.endswith(f". {capitalised(question)}"):  # what was told stands before it already
        return Understood(completed, question)
    beside = completed != question and put_beside(completed, talk.alone)
    return Understood(completed, question, background(question, history), beside)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question, completed from the turns before where it leans on them."""
    return _completed(question.strip(), talk_of(history))


def _completed(question: str, talk: Talk) -> str:
    rest = without_change(question)
    if rest:
        return rest
    completed = complete(question, talk)
    if completed != question or not talk.last:
        return completed
    if scene := scene_of(question, talk.asked):
        return f"{scene} {capitalised(question)}"
    return joined(talk.alone, question) if mere_part(question, talk.alone) else question


def questions_in(history: Sequence[Turn]) -> list[int]:
    """The places of the user's turns that are neither small talk nor about an answer."""
    places: list[int] = []
    for place, turn in enumerate(history):
        text = turn.text.strip()
        if turn.role == "assistant" or not text or small_talk(text) or other_language(text):
            continue
        if not (places and (wanted(text, history[places[-1]].text) or citation_wanted(text, history[:place])[0])):
            places.append(place)
    return places


def talk_of(history: Sequence[Turn], other: Other = lambda text: "") -> Talk:
    """What was said, with each question of the user's completed in its turn; requests and small talk left out."""
    opening = history[0].text.strip() if history and history[0].role == "assistant" else ""
    talk = Talk(topic_of(opening), other=other)
    history = history[-2 * REMEMBERED :]
    questions = questions_in(history)
    for place, turn in enumerate(history):
        text = turn.text.strip()
        if turn.role == "assistant":
            if text and not (place and small_talk(history[place - 1].text)):
                # What is said to somebody who only told something is less what they speak of than what they told.
                answer = "" if talk.asked and tells(talk.last) else read_answer(text)
                talk = replace(talk, answer=answer, listed=listed(text), quoted=is_quoted(text))
        elif place in questions:
            text = without_greeting(text)
            completed = without_change(text) or complete(text, talk)
            part = completed == text and bool(talk.alone) and mere_part(text, talk.alone)
            completed = joined(talk.alone, text) if part else completed
            talk = talk.with_question(completed, put_beside(completed, talk.alone))
        elif request := wanted(text, talk.last):
            talk = replace(talk, works="cited studies" if request == "studies" else "")
    return talk
