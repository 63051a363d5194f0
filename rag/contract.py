"""Answers and hits as JSON: the fields that others rely on, and nothing else knows their names.

In: `Answer`, `Hit`. Out: plain dicts. A turn of a history: `{"role": "user" | "assistant", "text": "…"}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rag.errors import QuestionError
from rag.schema import Answer, Citation, Hit, Turn

if TYPE_CHECKING:
    from rag.explain import Explanation


def answer_as_json(answer: Answer, id_: str | None = None) -> dict[str, Any]:
    """An answer in the form that CONTRACT fixes."""
    return {
        **({"id": id_} if id_ is not None else {}),
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "answer": answer.text,
        "note": "" if answer.abstained else answer.note,
        "sentences": [
            {
                "text": s.text,
                "citations": list(s.citations),
                "point": s.point,
                **({"generated": True} if s.generated else {}),
            }
            for s in answer.sentences
        ],
        "citations": [citation_as_json(citation) for citation in answer.citations],
        "passages": [hit_as_json(hit) for hit in answer.hits],
        "uncovered": list(answer.uncovered),
        "suggestions": list(answer.suggestions),
        "contrasts": [list(pair) for pair in answer.contrasts],
        "layout": answer.layout,
        "lead": answer.lead,
        "vague": answer.vague,
        "as_of": answer.as_of,
        "receipt": answer.receipt,
        "generation": answer.generation,
        "timings_ms": dict(answer.timings_ms),
    }


def citation_as_json(citation: Citation) -> dict[str, Any]:
    """A citation; `passage_start` stays inside. One of the catalogue has no place in the text."""
    in_text = citation.kind == "text"
    return {
        "kind": citation.kind,
        "marker": citation.marker,
        "source_id": citation.source_id,
        "title": citation.title,
        "year": citation.year,
        "section": list(citation.section),
        "page": citation.page,
        "quote": citation.quote,
        "char_start": citation.char_start if in_text else None,
        "char_end": citation.char_end if in_text else None,
        "passage": citation.passage,
        "studies": [asdict(study) for study in citation.studies],
        "cues": [asdict(cue) for cue in citation.cues],
        "superseded_by": list(citation.superseded_by),
    }


def hit_as_json(hit: Hit) -> dict[str, Any]:
    """A ranked passage."""
    return {
        "rank": hit.rank,
        "source_id": hit.document.source_id,
        "section": list(hit.passage.section),
        "text": hit.text,
        "score": hit.score,
        "char_start": hit.passage.start,
        "char_end": hit.passage.end,
    }


def explanation_as_json(explanation: Explanation) -> dict[str, Any]:
    """A ranked passage with what brought it up."""
    return {
        **hit_as_json(explanation.hit),
        "explanation": {
            "statement": explanation.statement,
            "parts": [{**asdict(part), "points": part.points} for part in explanation.parts],
            "words": [asdict(word) for word in explanation.words],
            "absent": list(explanation.absent),
        },
    }


def history_from_json(raw: Any) -> tuple[Turn, ...]:
    """Turns from a list of objects, oldest first; None is no history. Raises QuestionError otherwise."""
    if raw is None:
        return ()
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise QuestionError(f"a history is a list of turns, not: `{raw}`"[:200], _HINT)
    turns = []
    for number, turn in enumerate(raw, start=1):
        role = turn.get("role") if isinstance(turn, Mapping) else None
        text = turn.get("text") if isinstance(turn, Mapping) else None
        if role not in ("user", "assistant") or not isinstance(text, str):
            raise QuestionError(f"turn {number} of the history cannot be read: `{turn}`"[:200], _HINT)
        turns.append(Turn(role, text))
    return tuple(turns)


_HINT = 'each turn is {"role": "user" or "assistant", "text": "…"}, oldest first'
