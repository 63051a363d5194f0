"""What a publication says of itself is no finding: it is quoted only to a question that asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import library_of, read_document

from rag.imprint import is_note
from rag.schema import Document
from rag.settings import Settings

TOPIC = "what helps night nurses to nap at work?"
FINDING = "Warm lamps help night nurses to nap at work."
# A note in the words of the topic, the heading it may stand under, a question that asks for it.
NOTES = (
    ("This review on naps at work was funded by the Nurses League.", "Funding", "who funded the review on naps?"),
    ("The Nap League had given night nurses lamps at work.", "Role of the funding source", "who paid for it?"),
    ("The sponsors of naps at work had no role in the analysis.", "", "did the sponsors of naps have a say?"),
    ("The authors declare that they have no competing interests in naps.", "", "any conflict of interest in naps?"),
    ("Birk has sold lamps to night nurses at work.", "Competing interests", "do the authors declare interests?"),
    ("We would like to thank the night nurses who nap at work.", "", "who is thanked for the work on naps?"),
    ("All night nurses who nap at work.", "Acknowledgements", "whom does the publication on naps acknowledge?"),
    ("All authors read the paper on naps and approved it.", "", "what did the authors of the paper on naps do?"),
    ("Ash asked night nurses at work about naps.", "Authors' contributions", "which author asked about naps?"),
    ("The views on naps at work expressed here are those of the authors.", "", "whose views on naps are these?"),
    ("The views expressed in this brief on naps are not those of night nurses.", "", "whose views on naps are these?"),
    ("This review of naps at work does not constitute medical advice.", "", "what is the disclaimer on naps?"),
    ("The League accepts no liability for naps at work.", "", "is anyone liable for naps at work?"),
    ("© 2019 League for naps of night nurses at work.", "", "who holds the copyright on naps?"),
    ("Naps at work may be reproduced for night nurses.", "", "may I copy what is said on naps?"),
    ("League for naps. Naps of night nurses at work. 2019.", "Suggested citation", "how do I cite the brief on naps?"),
)
# The same for what only says how to read the publication, and who did what for it.
NOTES += (
    ("The naps of night nurses at work are recorded in the flow diagram (Fig 1).", "Results", "a diagram of naps?"),
    ("Naps at work are listed in full detail in Table 2.", "Results", "which table lists naps?"),
    ("What helps night nurses to nap is described below.", "Results", "which section tells of naps?"),
    ("Table 3 gives an overview of naps at work in all studies.", "Results", "what is in table 3 on naps?"),
    ("Further details of naps at work are available on request.", "", "are details of naps available?"),
    ("Wrote the paper on naps of night nurses: JM JS IA HRS.", "", "which of them wrote the paper on naps?"),
    ("Analyzed the data on naps: J.M., A.-B.C. and D.E.", "", "by whom were naps analysed?"),
)
FINDINGS = (
    ("Support for naps is available online.", "Results"),
    ("Naps at work are provided elsewhere.", "Results"),
    ("Most lamps for naps at work are found in tables.", "Results"),
    ("Supervised naps: RANDOMIZED CONTROLLED TRIAL OF NAPS AMONG NIGHT NURSES AT WORK (n = 40)", "Results"),
    ("Naps were found in the appendix of the ward, where nurses slept.", "Results"),
    ("Naps were longer in wards with lamps, as is shown in Table 2.", "Results"),
    ("Some 84 naps a week are shown in Table 2.", "Results"),
    ("Figure 2 shows that nurses with lamps nap longer.", "Results"),
    ("Table 1 presents the 34 wards with naps.", "Results"),
    ("Nurses who nap are seen in a better light by others.", "Results"),
    ("Wrote of naps: nurses of all wards.", "Results"),
    ("Opinions expressed by night nurses on naps differed from ward to ward.", "Results"),
    ("Programmes funded by wards had more naps.", "Results"),
    ("Nurses reported conflicts with their manager over naps.", "Role conflict"),
    ("Nurses who tell of their own naps are trusted more.", "Disclosure"),
    ("Small sums of money made nurses nap more often.", "Financial incentives"),
    ("Naps are not a substitute for sleep.", "Results"),
    ("The authors recommend warm lamps.", "Results"),
    ("We acknowledge that few nurses took part.", "Limitations"),
    ("Patients would thank the nurses after naps.", "Contact with patients"),
    ("Nurses need a licence to prescribe naps.", "Results"),
)  # fmt: skip


def brief(note: str, heading: str) -> str:
    told = f"## {heading}\n\n{note}\n" if heading else f"{note}\n"
    return f"# A brief on naps\n\n## Results\n\n{FINDING}\n\n{told}"


def notes(question: str, document: Document) -> list[str]:
    """The statements that are left out of an answer to the question."""
    note = is_note(question)
    return [
        document.text[statement.start : statement.end]
        for passage in document.passages
        for statement in passage.statements
        if note(document, passage, statement)
    ]


@pytest.mark.parametrize(("note", "heading", "question"), NOTES)
def test_a_note_is_left_out_where_it_is_not_asked_for(note: str, heading: str, question: str):
    document = read_document(brief(note, heading))
    assert " ".join(notes(TOPIC, document)) == note
    assert notes(question, document) == []


@pytest.mark.parametrize(("note", "heading"), [(note, heading) for note, heading, _ in NOTES if heading])
def test_a_note_is_not_quoted_as_a_finding(settings: Settings, tmp_path: Path, note: str, heading: str):
    answer = library_of(settings, tmp_path, {"a.md": brief(note, heading)}).ask(TOPIC)
    assert [citation.quote for citation in answer.citations] == [FINDING]


@pytest.mark.parametrize("question", ["who funded the review?", "do the authors declare interests?"])
def test_who_asks_for_a_note_gets_it(settings: Settings, tmp_path: Path, question: str):
    note = "Funded by the Nap League, which declares no interests."
    heading = "Funding" if "funded" in question else "Competing interests"
    answer = library_of(settings, tmp_path, {"a.md": brief(note, heading)}).ask(question)
    assert [citation.quote for citation in answer.citations] == [note]


@pytest.mark.parametrize(("text", "heading"), FINDINGS)
def test_a_finding_is_no_note(text: str, heading: str):
    assert notes(TOPIC, read_document(f"# A brief on naps\n\n## {heading}\n\n{text}\n")) == []


def test_a_library_of_notes_answers_nothing(settings: Settings, tmp_path: Path):
    file = f"# A brief on naps\n\n## Funding\n\n{FINDING}\n"
    assert library_of(settings, tmp_path, {"a.md": file}).ask(TOPIC).abstained
