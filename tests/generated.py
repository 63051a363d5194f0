"""Documents that hypothesis makes up: `briefs()` well-formed ones whose words are known, `wild()` any text at all."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

# Words as documents have them, each one a word to a reader: hyphens, ligatures, composed and decomposed accents,
# emoji of several code points, soft hyphens, abbreviations, counts, reference markers, figures, other scripts.
WORDS = (
    "peers", "training", "support", "of", "the", "and", "Canada", "weekly", "peer-led", "long-term", "oﬃce",
    "ﬁndings", "café", "cafe\u0301", "nai\u0308ve", "A\u030angstro\u0308m", "it’s", "don't", "and/or", "x" * 30,
    "👩‍⚕️", "👨‍👩‍👧‍👦", "🇨🇦", "co\u00adoperate", "et", "al.", "e.g.", "vs.", "U.S.", "Dr.", "3.5%", "(n=12)",
    "(1-3)", "(2;3)", "[1,2]", "[13]", "p=.05", "1,200", "I²", "½", "Ελλάδα", "日本語", "می‌خواهم", "“quoted”",
)  # fmt: skip
FIRST = ("Peers", "Training", "In", "The", "Émigrés", "Office")
HEADING = ("Findings", "Training", "Peers", "support", "and", "pay", "cafe\u0301", "peer-led", "oﬃces")
GAPS = (" ", "  ", "\t", "\u00a0")
ENDINGS = (".", "?", "!", ";", ":")


@dataclass(frozen=True)
class Brief:
    """A made-up document as a file, and what it says.

    Attributes:
        name: of the file; its ending tells the format.
        words: of the body, in order, as they stand in the file.
    """

    name: str
    data: bytes
    words: tuple[str, ...]


@st.composite
def sentences(draw: st.DrawFn) -> list[str]:
    """The words of one to four sentences: a known first word, a full stop at the end.

    A sentence walks through WORDS from any word in steps of any length: few choices, so that hypothesis is quick.
    """
    found: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        start, step, length = draw(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(8, 20)))
        inner = [WORDS[(start + step * place) % len(WORDS)] for place in range(length)]
        found += [FIRST[start % len(FIRST)], *inner, "done" + ENDINGS[step % len(ENDINGS)]]
    # In plain text a short line that is no sentence, or a question, reads as a heading.
    found[-1] = "done."
    return found


@st.composite
def briefs(draw: st.DrawFn) -> Brief:
    """A document with a title, headings, paragraphs, bullets, numbered lists, and perhaps a reference list."""
    markdown = draw(st.booleans())
    title = "A brief about " + " ".join(draw(st.lists(st.sampled_from(HEADING), min_size=2, max_size=5)))
    blocks = [f"# {title}" if markdown else title]
    words: list[str] = []
    for number in range(draw(st.integers(1, 4))):
        heading = f"Part {number} " + " ".join(draw(st.lists(st.sampled_from(HEADING), min_size=1, max_size=4)))
        blocks.append("#" * draw(st.integers(2, 4)) + f" {heading}" if markdown else heading)
        for kind in draw(st.lists(st.sampled_from(("paragraph", "bullets", "numbers")), min_size=1, max_size=3)):
            lines = draw(st.lists(sentences(), min_size=1, max_size=1 if kind == "paragraph" else 4))
            leads = {"paragraph": [""], "bullets": ["- "] * 4, "numbers": [f"{n}. " for n in range(1, 5)]}[kind]
            if kind == "numbers" and words and not markdown:
                leads = [lead.replace(".", ")") for lead in leads]
            blocks.append("\n".join(lead + _spaced(draw, line) for lead, line in zip(leads, lines, strict=False)))
            if kind != "paragraph" and markdown:
                blocks.append("<!-- so that the next list is one of its own -->")
            words += [word for line in lines for word in line]
    if draw(st.booleans()):
        blocks.append("## References" if markdown else "References")
        blocks.append("\n".join(f"{n}. Author{n} A. A study of oﬃces. Journal {1990 + n};1:1-9." for n in range(1, 14)))
    text = draw(st.sampled_from(("\n\n", "\n\n\n", "\n \t\n"))).join(blocks) + draw(st.sampled_from(("", "\n")))
    text = text.replace("\n", draw(st.sampled_from(("\n", "\r\n", "\r"))))
    encoding = draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16")))
    return Brief("brief.md" if markdown else "brief.txt", text.encode(encoding), tuple(words))


def _spaced(draw: st.DrawFn, words: list[str]) -> str:
    odd = draw(st.sampled_from(GAPS))
    return "".join(word + (odd if place % 3 else " ") for place, word in enumerate(words)).rstrip()


_LINE_STARTS = st.sampled_from(
    (
        "",
        "",
        "# ",
        "## ",
        "- ",
        "  - ",
        "* ",
        "1. ",
        "12) ",
        "> ",
        "| ",
        "• ",
        "\t",
        "    ",
        "```",
        "[1] ",
        "References",
    )
)
_ANY = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_characters="\x00"),
        st.sampled_from("abc .,;:!?()[]*_`#|-•\u00ad\u200b\u200d\ufb01\u0301\u2028\x0b\x0c\x85\u00a0"),
    ),
    max_size=60,
)


@st.composite
def wild(draw: st.DrawFn) -> Brief:
    """Any text at all, in lines that may look like Markdown or lists."""
    lines = draw(st.lists(st.builds(str.__add__, _LINE_STARTS, _ANY), max_size=25))
    text = draw(st.sampled_from(("\n", "\n\n", "\r\n"))).join(lines)
    return Brief(draw(st.sampled_from(("wild.md", "wild.txt"))), text.encode(), ())
