"""Conversations: what is asked, read together with the turns before it.

In: what the user wrote and the turns before. Out: a question that stands alone, or a reply where nothing is to be
searched. The words of a question are changed as little as possible, and the reader is shown what became of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.conversation.complete import complete
from rag.conversation.needs import background, mere_part, scene_of, without_change
from rag.conversation.parts import parts
from rag.conversation.referents import Talk, listed, read_answer, topic_of
from rag.conversation.requests import Wanted, length, wanted
from rag.conversation.smalltalk import other_language, small_talk, without_greeting
from rag.conversation.wording import capitalised, joined, opened, tells
from rag.schema import Turn

__all__ = ["REMEMBERED", "Understood", "other_language", "parts", "standalone", "understand"]
REMEMBERED = 6  # questions back that a chain of follow-ups is followed


@dataclass(frozen=True, slots=True)
class Understood:
    """What the user wants.

    Attributes:
        question: to be answered; it stands alone.
        before: the question with what was said just before it, where it may belong to it, else "".
        beside: it was put beside the question before, which was answered already: what is asked is one thing.
        wanted: what is wanted of the last answer, where `question` is the one that was answered then.
        reply: what to say where nothing is to be searched, else "".
    """

    question: str
    before: str = ""
    beside: bool = False
    wanted: Wanted | None = None
    reply: str = ""

    def words(self, usual: int) -> int:
        """How long the answer is to be, where it usually has `usual` words."""
        return length(self.wanted, usual)


def understand(question: str, history: Sequence[Turn]) -> Understood:
    """Read a question in its conversation."""
    question = question.strip()
    reply = small_talk(question) or other_language(question)
    if reply:
        return Understood(question, reply=reply)
    request = wanted(question)
    if request:
        last = talk_of(history).last
        if last:
            return Understood(last, wanted=request)
    question = without_greeting(question)
    completed = standalone(question, history)
    if completed.endswith(f". {capitalised(question)}"):  # what was told stands before it already
        return Understood(completed)
    last = opened(talk_of(history).last)
    beside = bool(last) and completed != question and completed.startswith((f"{last}, ", f"{last} – "))
    return Understood(completed, background(question, history), beside)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question, completed from the turns before where it leans on them."""
    question = question.strip()
    other = without_change(question)
    if other:
        return other
    talk = talk_of(history)
    completed = complete(question, talk)
    if completed != question or not talk.last:
        return completed
    if scene := scene_of(question, talk.asked):
        return f"{scene} {capitalised(question)}"
    return joined(talk.last, question) if mere_part(question, talk.last) else question


def talk_of(history: Sequence[Turn]) -> Talk:
    """What was said, with each question of the user's completed in its turn; requests and small talk left out."""
    topic = ""
    asked: list[str] = []
    answers = [""]
    last: tuple[str, ...] = ()
    older: tuple[str, ...] = ()
    works = ""
    if history and history[0].role == "assistant":
        topic = topic_of(history[0].text.strip())
    for turn in history[-2 * REMEMBERED :]:
        text = turn.text.strip()
        if not text:
            continue
        if turn.role == "assistant":
            # What is said to somebody who only told something is less what they speak of than what they told.
            answers[-1] = "" if asked and tells(asked[-1]) else read_answer(text)
            last = listed(text)
        elif asked and (request := wanted(text)):
            works = "cited studies" if request == "studies" else ""
        elif not (small_talk(text) or other_language(text)):
            talk = Talk(topic, tuple(asked), answers[-1], tuple(answers[1:-1]), last, older, works)
            text = without_greeting(text)
            asked.append(without_change(text) or complete(text, talk))
            answers.append("")
            last, older, works = (), last or older, ""
    return Talk(topic, tuple(asked), answers[-1], tuple(answers[1:-1]), last, older, works)
