"""A question that leans on what was said → one that can be read on its own.

In: the question and the talk before it. Out: a question again, which a reader is shown and can take back.
"""

from __future__ import annotations

from rag.conversation.corrections import put_right, taken_back
from rag.conversation.fragments import corrected, fragment
from rag.conversation.pronouns import compared, one_of_them, resolved, scoped, the_other, which_was_that
from rag.conversation.talk import Talk


def complete(question: str, talk: Talk) -> str:
    """The question, completed where the talk before allows it; else as it is."""
    if (back := taken_back(question)) is not None:
        said = complete(back.said, talk) if back.wrong else back.said
        meant = put_right(said, back)
        if meant is not None:
            return meant if back.wrong else complete(meant, talk)
    if not talk.asked and not talk.topic:
        return question
    question = one_of_them(the_other(which_was_that(question, talk), talk), talk)
    return (
        corrected(question, talk)
        or fragment(question, talk)
        or scoped(question, resolved(compared(question, talk), talk), talk)
    )
