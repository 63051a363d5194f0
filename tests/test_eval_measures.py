"""Each measure against values worked out by hand, and against what has to hold for any input."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import measures
from eval.measures import Expected
from eval.statistics import compare, figure, interval, percentile
from eval.wordings import Wordings, parse_wordings
from rag.schema import Answer, Citation, Sentence

IDS = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True)
FLAGS = st.lists(st.booleans(), min_size=1, max_size=30)


def test_ranking_measures_by_hand() -> None:
    gold, ranked = ["a", "b"], ["x", "a", "y", "b"]
    assert measures.recall_at(1, gold, ranked) == 0
    assert measures.recall_at(3, gold, ranked) == 0.5
    assert measures.recall_at(5, gold, ranked) == 1
    assert measures.reciprocal_rank(gold, ranked) == 0.5
    best = 1 + 1 / math.log2(3)
    assert measures.ndcg(gold, ranked) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / best)


def test_ranking_measures_at_their_ends() -> None:
    assert measures.ndcg(["a"], ["a"]) == measures.reciprocal_rank(["a"], ["a"]) == 1
    assert measures.reciprocal_rank(["a"], [*"bcdefghijk", "a"]) == 0, "rank 11 is not among the first ten"
    assert measures.ndcg(["a"], []) == measures.recall_at(5, ["a"], []) == 0, "nothing found"
    assert measures.ndcg([], ["a"]) is measures.recall_at(5, [], ["a"]) is None, "nothing to find"


@given(IDS.filter(bool), IDS)
def test_ranking_measures_are_shares_and_never_fall_when_more_is_read(gold: list[str], ranked: list[str]) -> None:
    recalls = [measures.recall_at(k, gold, ranked) or 0 for k in (1, 3, 5, 10)]
    assert recalls == sorted(recalls)
    assert recalls[-1] == pytest.approx(len(set(gold) & set(ranked[:10])) / len(gold))
    assert 0 <= (measures.ndcg(gold, ranked) or 0) <= 1 + 1e-9
    first = next((rank for rank, found in enumerate(ranked[:10], start=1) if found in gold), None)
    assert measures.reciprocal_rank(gold, ranked) == pytest.approx(1 / first if first else 0)


@given(IDS.filter(bool))
def test_the_gold_passages_in_front_are_the_best_order(gold: list[str]) -> None:
    assert measures.ndcg(gold, gold) == pytest.approx(1)


def test_the_first_words_may_cut_a_sentence() -> None:
    assert list(measures.first_words(["a b c", "d e f", "g"], 5)) == ["a b c", "d e"]
    assert list(measures.first_words([], 5)) == []


@given(st.lists(st.text("ab ", max_size=30), max_size=10), st.integers(0, 30))
def test_the_first_words_are_the_first_and_no_more(sentences: list[str], limit: int) -> None:
    kept = " ".join(measures.first_words(sentences, limit)).split()
    assert kept == " ".join(sentences).split()[:limit]


def _expected(wordings: str = "5.4 + hour", start: int = 10, end: int = 50) -> Expected:
    return Expected("doc", start, end, parse_wordings(wordings))


def _citation(quote: str = "slept 5.4 hours", start: int = 20, source: str = "doc") -> Citation:
    return Citation(1, source, "", None, (), None, quote, start, start + len(quote), "", 0)


def test_findings_in_the_first_words_by_hand() -> None:
    findings = [_expected("5.4 + hour"), _expected("napped")]
    assert measures.findings_share(findings, ["They slept 5.4 hours."]) == 0.5
    assert measures.findings_share(findings, ["They slept 5.4 hours.", "Half napped."]) == 1
    assert measures.findings_share(findings, ["word " * 149 + "napped"]) == 0.5
    assert measures.findings_share(findings, ["word " * 150 + "napped"]) == 0, "word 151 is not read"
    assert measures.findings_share(findings, []) == 0, "an abstention finds nothing"
    assert measures.findings_share([], ["They slept."]) is None


def test_a_wrong_wording_counts_where_a_case_has_one() -> None:
    assert measures.has_wrong(parse_wordings("7.1 + hour"), ["They slept 7.1 hours."]) == 1
    assert measures.has_wrong(parse_wordings("7.1 + hour"), ["They slept 5.4 hours."]) == 0
    assert measures.has_wrong(Wordings(), ["They slept 7.1 hours."]) is None


def test_a_quotation_is_exact_when_its_offsets_give_it() -> None:
    texts = {"doc": "Crews slept 5.4 hours."}
    right, wrong = _citation(start=6), _citation(start=7)
    assert measures.exactness([right, wrong], texts) == 0.5
    assert measures.exactness([_citation(start=6, source="other")], texts) == 0
    assert measures.exactness([_citation(quote="", start=6)], texts) == 0, "an empty quotation proves nothing"
    assert measures.exactness([], texts) is None


def test_a_citation_supports_a_finding_by_its_place_or_by_its_words() -> None:
    finding = _expected(start=10, end=50)
    assert measures.supports(_citation("napped", 20), finding, ["napped"]), "in the gold passage"
    assert measures.supports(_citation(start=900), finding, ["They slept 5.4 hours."]), "carries the finding"
    assert not measures.supports(_citation("napped", 50), finding, ["napped"]), "behind the gold passage"
    assert not measures.supports(_citation("napped", 20, "other"), finding, ["napped"]), "in another document"


def test_citation_precision_and_recall_by_hand() -> None:
    rows = [[True, False, False], [False, False, False]]  # two citations, three findings
    assert measures.citation_precision(rows) == 0.5
    assert measures.citation_recall(rows, 3) == pytest.approx(1 / 3)
    assert measures.citation_precision([]) is None
    assert measures.citation_recall([], 3) == 0
    assert measures.citation_recall([], 0) is None


def test_sentences_without_a_citation_by_hand() -> None:
    assert measures.uncited([Sentence("A.", (1,)), Sentence("B.", ())]) == 0.5
    assert measures.uncited([]) is None


def test_studies_named_by_hand() -> None:
    assert measures.studies_recall({"a", "b"}, {"a", "c"}) == 0.5
    assert measures.studies_precision({"a", "b", "d"}, {"a", "c"}) == pytest.approx(1 / 3)
    assert measures.studies_recall({"a"}, set()) is measures.studies_precision({"a"}, set()) is None
    assert measures.studies_recall(set(), {"a"}) == 0
    assert measures.studies_precision(set(), {"a"}) is None


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_abstention_figures_are_precision_and_recall_over_the_cases(cases: list[tuple[bool, bool]]) -> None:
    right = sum(abstained and not answerable for abstained, answerable in cases)
    for measure, of in (
        (measures.abstention_precision, [abstained for abstained, _ in cases]),
        (measures.abstention_recall, [not answerable for _, answerable in cases]),
    ):
        values = [value for case in cases if (value := measure(*case)) is not None]
        assert len(values) == sum(of)
        assert sum(values) == right


def test_the_verdict_and_the_words_by_hand() -> None:
    assert [measures.verdict(*case) for case in ((True, False), (False, True), (True, True), (False, False))] == [
        1,
        1,
        0,
        0,
    ]
    answer = Answer("q", "q", False, (Sentence("One two.", (1,)), Sentence("Three.", ())), (), ())
    assert measures.answer_words(answer) == 3
    assert measures.answer_words(Answer("q", "q", True, (), (), (), "Not covered.")) is None


def test_every_measure_says_what_it_is_and_where_it_comes_from() -> None:
    for function in (
        measures.recall_at, measures.reciprocal_rank, measures.ndcg, measures.findings_share, measures.has_wrong,
        measures.exactness, measures.citation_precision, measures.citation_recall, measures.uncited,
        measures.studies_recall, measures.studies_precision, measures.abstention_precision,
        measures.abstention_recall, measures.verdict, measures.answer_words, interval, compare, percentile,
    ):  # fmt: skip
        assert len((function.__doc__ or "").split()) > 10, function.__name__


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_an_interval_is_repeatable_and_stays_within_the_values(values: list[float]) -> None:
    found = figure(values)
    assert found is not None
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found == figure(values), "the same values give the same interval"


def test_an_interval_is_about_as_wide_as_theory_says() -> None:
    low, high = interval([0.0, 1.0] * 200)
    assert high - low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(400), rel=0.1)
    narrower = interval([0.0, 1.0] * 800)
    assert narrower[1] - narrower[0] < high - low
    assert figure([]) is None


def test_two_runs_that_are_alike_differ_by_chance_and_others_do_not() -> None:
    same = compare([0.0, 1.0, 0.5], [0.0, 1.0, 0.5])
    assert same is not None
    assert (same.value, same.p) == (0, 1)
    better = compare([0.0] * 20, [1.0] * 20)
    assert better is not None
    assert better.value == 1
    assert better.p < 0.001
    assert compare([], []) is None


def test_the_p_value_is_that_of_all_swaps() -> None:
    """Four differences of one sign: 2 of the 16 swaps are as large, so p is 1/8."""
    found = compare([0.0] * 4, [0.4, 0.5, 0.6, 0.7])
    assert found is not None
    assert found.p == pytest.approx(1 / 8, abs=0.01)


@given(FLAGS, FLAGS)
def test_a_comparison_is_the_same_in_both_directions(a: list[bool], b: list[bool]) -> None:
    size = min(len(a), len(b))
    there = compare([float(flag) for flag in a[:size]], [float(flag) for flag in b[:size]], rounds=500)
    back = compare([float(flag) for flag in b[:size]], [float(flag) for flag in a[:size]], rounds=500)
    assert there is not None
    assert back is not None
    assert there.value == -back.value
    assert there.p == back.p


def test_percentiles_by_hand() -> None:
    assert percentile([1, 2, 3, 4], 0.5) == 2.5
    assert percentile([5.0], 0.95) == 5
    assert percentile([0, 10], 0.95) == pytest.approx(9.5)
