"""Running the test set: what a result holds, why a case fails, that runs can be kept, and the plain method."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from eval_fakes import Knowing, case, ferries, scored, uncovered
from fakes import HashEncoder, make_settings

from eval.cases import CasesError
from eval.naive import Naive, fitting
from eval.run import Run, RunError, load_run, run_cases, save_run
from eval.score import Result
from eval.summary import CONVERSATIONS, STAND_ALONE, changes, differences, gold_ranks, groups, latency
from rag.schema import Answer, Sentence, Turn

CONVERSATION = {
    "id": "f-02",
    "question": "And how long do they rest?",
    "history": (Turn("user", "Do people working after dark nap?"), Turn("assistant", "Half of them do.")),
    "standalone": "How long do people rest who work after dark?",
}


def run(*cases: object, **faults: object) -> Run:
    chosen = cases or (case(), case(**CONVERSATION), uncovered())
    return run_cases(Knowing([ferries()], chosen, **faults), chosen)  # type: ignore[arg-type]


def one(**faults: object) -> Result:
    return run(case(), **faults).results[0]


def test_a_right_answer_has_full_scores_and_no_reasons() -> None:
    result = one()
    assert result.reasons == ()
    assert {name: value for name, value in result.scores.items() if value not in (None, 1)} == {
        "wrong": 0,
        "uncited": 0,
        "studies recall": 0,  # this assistant names no studies
        "words": 12,
    }
    (finding,) = result.findings
    assert (finding.found, finding.cited, finding.rank, finding.section) == (True, True, 1, "Night crews")


def test_a_right_abstention_has_no_reasons() -> None:
    (result,) = run(uncovered()).results
    assert (result.abstained, result.answer, result.reasons) == (True, "That is not covered.", ())
    assert result.scores["recall@5"] is None


def test_the_scores_of_every_result_are_the_measures() -> None:
    for result in run().results:
        assert list(result.scores) == list(one().scores)


@pytest.mark.parametrize(
    ("known", "faults", "reason"),
    [
        (case(), {"abstain": True}, "abstained although the library answers this; the passage that answers was found"),
        (uncovered(), {"abstain": False}, "answered although the library does not cover this: pay is not mentioned"),
        (case(), {"shift": 1}, "quotation [1] does not stand in `ferries` at its offsets"),
        (case(), {"cited": False}, "1 sentence(s) without a citation"),
    ],
)
def test_a_failing_case_says_why(known: object, faults: dict[str, object], reason: str) -> None:
    (result,) = run(known, **faults).results
    assert any(reason in said for said in result.reasons)


def _answer(*sentences: str, hits: bool = True) -> Answer:
    known = Knowing([ferries()], [case()]).ask(case().question)
    shown = tuple(Sentence(sentence, (1,)) for sentence in sentences)
    return replace(known, sentences=shown, hits=known.hits if hits else ())


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_answer("word " * 150, "They slept 5.4 hours."), "finding 1 is missing: it stands after the first 150 words"),
        (_answer("Half napped.", hits=False), "finding 1 is missing: its passage was not found"),
        (_answer("Half napped."), "its passage (rank 1) is quoted, but not the sentence that states it"),
        (replace(_answer("Half napped."), citations=()), "found at rank 1, but nothing of it was chosen"),
        (_answer("Crews slept 5.4 or 7.1 hours."), "the answer has a wrong wording: 7.1 + hour"),
    ],
)
def test_a_missing_finding_says_what_became_of_it(answer: Answer, reason: str) -> None:
    assert any(reason in said for said in scored(case(), answer).reasons)


def test_two_sentences_shown_as_one_do_not_match_together() -> None:
    assert scored(case(), _answer("They met 5.4 times. An hour passed.")).scores["findings"] == 0


def test_a_conversation_is_asked_in_its_course_and_completed_alone() -> None:
    asked, alone = run(case(**CONVERSATION)).results
    assert (asked.form, asked.question, len(asked.history)) == ("asked", "And how long do they rest?", 2)
    assert (alone.form, alone.question, alone.history) == ("stand-alone", CONVERSATION["standalone"], ())
    assert (asked.key, alone.key) == ("f-02", "f-02 (stand-alone)")


def test_groups_count_each_case_once_and_conversations_in_both_forms() -> None:
    found = groups(run().results)
    assert [result.case_id for result in found["all"]] == ["f-01", "f-02", "u-01"]
    assert [result.key for result in found[CONVERSATIONS]] == ["f-02"]
    assert [result.key for result in found[STAND_ALONE]] == ["f-02 (stand-alone)"]
    assert "test" not in found


def test_a_finding_that_the_library_does_not_hold_stops_the_run() -> None:
    place = replace(case().findings[0].place, original_key="slept badly")
    lost = case(findings=(replace(case().findings[0], place=place),))
    with pytest.raises(CasesError, match=r"ferries\.csv, row 2, column original_key_1"):
        run_cases(Knowing([ferries()], [lost]), [lost])
    with pytest.raises(CasesError, match="no document `ferries`"):
        run_cases(Knowing([ferries("trains")], [case()]), [case()])


def test_a_run_is_kept_to_the_last_bit(tmp_path: Path) -> None:
    made = run()
    save_run(made, tmp_path / "runs" / "a.json")
    assert load_run(tmp_path / "runs" / "a.json") == made


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 99}', '{"format": 1, "name": "a"}'])
def test_a_file_that_is_no_run_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(RunError) as caught:
        load_run(tmp_path / "a.json")
    assert caught.value.hint


def test_two_runs_are_compared_case_by_case() -> None:
    before, after = run(behind=1), run()
    moved = changes(before, after)
    assert [change.after.key for change in moved] == ["f-01", "f-02", "f-02 (stand-alone)"]
    assert ("recall@1", 0, 1) in moved[0].scores
    assert differences(before.results, after.results)["recall@1"].value == 1
    assert changes(after, after) == ()


def test_ranks_and_milliseconds_are_counted() -> None:
    assert gold_ranks(run(behind=1).results)["2"] == 3
    assert latency([replace(one(), milliseconds=ms) for ms in (10.0, 20.0, 30.0)]) == (20, pytest.approx(29))
    assert latency([]) == (0, 0)


def test_the_plain_method_answers_with_the_first_words_of_its_two_best_chunks(tmp_path: Path) -> None:
    long = replace(ferries("long"), text="Crews sleep on board. " * 900)
    naive = Naive([ferries(), long], HashEncoder(make_settings(tmp_path)))
    answer = naive.ask("How long do night crews sleep?")
    assert not answer.abstained
    assert sum(len(sentence.text.split()) for sentence in answer.sentences) == 150
    assert {citation.marker for citation in answer.citations} <= {1, 2}
    for hit in answer.hits:
        assert hit.text == naive.document(hit.passage.source_id).text[hit.passage.start : hit.passage.end]
    assert len(naive.document("long").passages) > 1
    results = run_cases(naive, [case(), uncovered()]).results
    assert results[0].scores["exact"] == results[0].scores["recall@10"] == 1
    assert results[1].scores["abstention recall"] == 0


def test_a_chunk_is_cut_to_the_words_that_the_encoder_reads(tmp_path: Path) -> None:
    encoder = HashEncoder(make_settings(tmp_path), max_tokens=5)
    assert fitting("one two three four five", encoder) == "one two three"
    assert fitting("one", encoder) == "one"
    assert fitting("", encoder) == ""
