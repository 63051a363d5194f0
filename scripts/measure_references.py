"""How well reference lists and markers are read, against the links of articles in JATS XML.

Each article is printed as Markdown, as a site would save it, with its list in one of three customary forms;
then it is read, and what is read is compared with what the XML says. Nothing is written.

    python scripts/measure_references.py BENCH/jats [--show FAULTS]
    python scripts/measure_references.py BENCH/jats --dashes-lost BENCH/library

The second takes the dash out of every range in the same articles as Markdown, with the list put behind them, and
says how many ranges are restored rightly, wrongly, or left alone.
"""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ingest.assemble import assemble
from ingest.blocks import clean
from ingest.read import read
from rag.authoryear import surname
from rag.schema import Catalogue, Document, Marker, Reference

_DASHES = re.compile(r"\s*\]?\s*[-‐‑–—−]\s*\[?\s*")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = str.maketrans("0123456789-–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


@dataclass(frozen=True)
class Gold:
    """An entry as the XML has it; empty where it says nothing."""

    surname: str = ""
    year: str = ""
    title: str = ""
    journal: str = ""
    doi: str = ""
    pmid: str = ""


@dataclass
class Article:
    """An article as text, and what its links mean: (paragraph, offset in it, offset behind it) → entries."""

    title: str = ""
    paragraphs: list[str] = field(default_factory=list)
    links: list[tuple[int, int, int, frozenset[int]]] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    gold: list[Gold] = field(default_factory=list)


class _Printer:
    """Prints a paragraph and notes its links."""

    def __init__(self, numbers: dict[str, int], raised: bool) -> None:
        self.numbers, self.raised = numbers, raised
        self.text = ""
        self.links: list[tuple[int, int, int]] = []

    def add(self, text: str | None, up: bool) -> None:
        text = re.sub(r"\s+", " ", text or "")
        if self.text.endswith(" ") or not self.text:
            text = text.lstrip()
        self.text += text.translate(_RAISED) if up and self.raised and re.fullmatch(r"[\d,\s–-]*", text) else text

    def walk(self, node: ElementTree.Element, up: bool = False) -> None:
        up = up or node.tag == "sup"
        if node.tag in ("table-wrap", "fig", "disp-formula", "inline-formula", "boxed-text", "fn"):
            return
        start = len(self.text)
        self.add(node.text, up)
        for child in node:
            self.walk(child, up)
            self.add(child.tail, up)
        if node.tag == "xref" and node.get("ref-type") == "bibr":
            for rid in (node.get("rid") or "").split():
                if rid in self.numbers and len(self.text) > start:
                    self.links.append((start, len(self.text), self.numbers[rid]))


def article(path: Path, form: str) -> Article:
    """The article printed, its list in `form`: "vancouver", "apa" or "plos"."""
    root = ElementTree.parse(path).getroot()
    refs = [ref for ref in root.iter("ref")]
    numbers = {ref.get("id", ""): n for n, ref in enumerate(refs, start=1)}
    for ref in refs:  # links may name the citation inside the entry
        for inner in ref.iter():
            numbers.setdefault(inner.get("id") or "", numbers[ref.get("id", "")])
    numbers.pop("", None)
    out = Article(title=clean("".join(root.find(".//article-title").itertext())))  # type: ignore[union-attr]
    for ref in refs:
        gold, printed = _entry(ref, form)
        out.gold.append(gold)
        out.entries.append(printed)
    raised = hash_of(path.stem) % 2 == 0
    for holder in (*root.iter("abstract"), *root.iter("body")):
        for paragraph in holder.iter("p"):
            printer = _Printer(numbers, raised)
            printer.walk(paragraph)
            text = printer.text.rstrip()
            if len(text.split()) < 4 or text != clean(text):
                text = clean(text) if not printer.links else unicodedata.normalize("NFC", text)
            if not text:
                continue
            out.paragraphs.append(text)
            out.links += [(len(out.paragraphs) - 1, *group) for group in _groups(printer.text, printer.links)]
    return out


def _groups(text: str, links: list[tuple[int, int, int]]) -> Iterator[tuple[int, int, frozenset[int]]]:
    """Links side by side are one marker; between two joined by a dash, all entries are meant."""
    index = 0
    while index < len(links):
        start, end, number = links[index]
        inner = re.fullmatch(r"[\[(]?(\d+)\s*[-‐‑–—−]\s*(\d+)[\])]?", text[start:end].translate(_LOWERED))
        meant = {number}
        if inner and int(inner[1]) == number:  # one link for a range
            meant = set(range(number, int(inner[2]) + 1))
        before = max(meant)
        index += 1
        while index < len(links):
            s, e, n = links[index]
            between = text[end:s] if s >= end else ""
            if s == start or _DASHES.fullmatch(between) or between == "⁻":
                low, high = min(before, n), max(before, n)
                meant |= set(range(low, high + 1)) if s != start else {n}
            elif re.fullmatch(r"\s*\]?\s*[,;]?\s*\[?\s*", between):
                meant.add(n)
            else:
                break
            before, end = n, e
            index += 1
        yield start, end, frozenset(meant)


def hash_of(name: str) -> int:
    """A number that belongs to a name on every machine."""
    return sum(ord(character) * (place + 1) for place, character in enumerate(name))


def _text(node: ElementTree.Element | None) -> str:
    return clean("".join(node.itertext())) if node is not None else ""


def _initials(given: str) -> str:
    """Given names as lists print them: "Davida N" → "DN"."""
    return "".join(re.findall(r"[^\W\d_a-zß-öø-ÿ]", given)) if re.search(r"[a-z]{2}", given) else given


def _entry(ref: ElementTree.Element, form: str) -> tuple[Gold, str]:
    citation = next(
        (c for c in ref.iter() if c.tag in ("mixed-citation", "citation", "element-citation", "nlm-citation")), ref
    )
    people = [(_text(n.find("surname")), _initials(_text(n.find("given-names")))) for n in citation.iter("name")]
    collab = _text(citation.find(".//collab"))
    title = _text(citation.find(".//article-title")) or _text(citation.find(".//chapter-title"))
    source = _text(citation.find(".//source"))
    year = re.sub(r"\D.*", "", _text(citation.find(".//year")))
    ids = {n.get("pub-id-type"): _text(n) for n in citation.iter("pub-id")}
    gold = Gold(
        people[0][0] if people else collab,
        year,
        title or source,
        source if title else "",
        ids.get("doi", ""),
        ids.get("pmid", ""),
    )
    loose = " ".join((child.tail or "").strip() for child in citation).strip() + (citation.text or "").strip()
    if (citation.tag == "mixed-citation" and len(re.sub(r"\W", "", loose)) > 3) or not (people or collab or title):
        return gold, _text(citation)
    pages = "–".join(filter(None, (_text(citation.find("fpage")), _text(citation.find("lpage")))))
    volume = _text(citation.find("volume"))
    stop = "" if (title or source).endswith(("?", ".", "!")) else "."
    more = f" doi: {gold.doi}" if gold.doi else ""
    more += f" pmid:{gold.pmid}" if gold.pmid and form != "apa" else ""
    behind = f"{title}{stop} {source}" if title else source
    if form == "apa":
        names = [f"{s}, {'. '.join(g.replace('.', '').replace(' ', ''))}." for s, g in people]
        who = " & ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) if names else collab
        when = f" ({year})." if year else ""
        place = "".join(f", {part}" for part in (volume, pages) if part)
        text = f"{who}{when} {behind}{place}." + (f" https://doi.org/{gold.doi}" if gold.doi else "")
        return gold, clean(text)
    names = [f"{s} {g.replace('.', '').replace(' ', '')}" for s, g in people]
    who = (", ".join(names) if names else collab) + (", et al" if citation.find(".//etal") is not None else "")
    pages = pages if title else ""  # of a book, none are printed
    place = f"{volume}: {pages}" if volume and pages else volume or pages
    if form == "plos":
        text = f"{who} ({year}) {behind} {place}.{more}" if year else f"{who}. {behind} {place}.{more}"
    else:
        imprint = f"{year};{place.replace(': ', ':')}" if year and place else year or place
        text = f"{who}. {behind}. {imprint}.{more}"
    return gold, clean(re.sub(r"\s+([.,;:])", r"\1", text))


def printed(item: Article) -> str:
    """The article as Markdown, its marks escaped."""
    lines = [f"# {_escaped(item.title)}", "## Text"]
    for paragraph in map(_escaped, item.paragraphs):
        lines.append(re.sub(r"^(\d+)([.)])", r"\1\\\2", re.sub(r"^([-+=])", r"\\\1", paragraph)))
    entries = (f"{number}. {_escaped(entry)}" for number, entry in enumerate(item.entries, start=1))
    return "\n\n".join([*lines, "## References", "\n".join(entries)]) + "\n"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", text)


def folded(text: str) -> str:
    """Words in lower case, nothing else."""
    return re.sub(r"[^\w]+", " ", text.casefold()).strip()


def entry_faults(gold: Gold, entry: Reference) -> list[str]:
    """What was read wrongly; empty when the entry is right."""
    faults = []
    if gold.surname and folded(surname(entry.authors[0]) if entry.authors else "") != folded(gold.surname):
        faults.append("author")
    if gold.year and str(entry.year) != gold.year:
        faults.append("year")
    for name in ("title", "journal", "doi"):
        if getattr(gold, name) and folded(getattr(entry, name)) != folded(getattr(gold, name)):
            faults.append(name)
    if gold.pmid and gold.pmid in entry.text and entry.pmid != gold.pmid:
        faults.append("pmid")
    return faults


def read_article(item: Article, text: str) -> Document:
    """The document that our own reading makes of it."""
    return assemble("a", read(Path("a.md"), text.encode()), Catalogue(title="")).document


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dashes-lost", type=Path, metavar="LIBRARY", help="take the dash out of every range")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="show N faults")
    args = parser.parse_args()
    if args.dashes_lost:
        return dashes_lost(args.folder, args.dashes_lost)
    total = Counter[str]()
    kinds: Counter[str] = Counter()
    left = args.show
    for path in sorted(args.folder.glob("*.xml")):
        form = ("vancouver", "apa", "plos")[hash_of(path.stem) % 3]
        item = article(path, form)
        if not item.links or not item.entries:
            continue
        document = read_article(item, printed(item))
        by_number = {entry.number: entry for entry in document.references}
        for number, gold in enumerate(item.gold, start=1):
            if not re.search(r"\w[.,;:?)] \S", item.entries[number - 1]):
                total["unpunctuated"] += 1  # the XML prints nothing between author, title and year
                continue
            faults = entry_faults(gold, by_number[number]) if number in by_number else ["missing"]
            total["entries"] += 1
            total["entries right"] += not faults
            kinds.update(faults)
            if faults and left > 0:
                left -= 1
                e = by_number.get(number)
                print(
                    "ENTRY",
                    path.stem,
                    form,
                    faults,
                    gold,
                    "\n   ",
                    item.entries[number - 1],
                    "\n   ",
                    e and (e.authors[:2], e.year, e.title, e.journal, e.doi),
                )
        wrong = marker_faults(item, document, total)
        for line in wrong[: max(left, 0)]:
            print("MARKER", path.stem, document.marker_style, line)
        left -= len(wrong)

    def share(part: str, whole: str) -> str:
        return f"{total[part]:>6} of {total[whole]:>6}  {total[part] / max(1, total[whole]):.3f}"

    print(f"entries right      {share('entries right', 'entries')}   faults: {dict(kinds)}")
    print(f"entries left out   {total['unpunctuated']}: printed without a stop between their parts")
    print(f"markers resolved   {share('groups right', 'groups')}")
    print(f"links resolved     {share('links right', 'links')}")
    print(f"markers in place   {share('found in place', 'found')}   (found where no link is: the rest)")
    return 0


def dashes_lost(folder: Path, library: Path) -> int:
    """Print what becomes of ranges without their dash."""
    total: Counter[str] = Counter()
    for path in sorted(library.glob("*.md")):
        listed = folder / f"{path.stem}.xml"
        if not listed.exists():
            continue
        entries = article(listed, "vancouver").entries
        tail = "\n\n## References\n\n" + "\n".join(
            f"{n}. {_escaped(entry)}" for n, entry in enumerate(entries, start=1)
        )
        text = path.read_text(encoding="utf-8")
        whole = read_article(Article(), text + tail)
        total["repaired though whole"] += sum(marker.repaired for marker in whole.markers)
        if whole.marker_style not in ("round", "square"):
            continue
        ranges = [m for m in whole.markers if re.search(r"\d\s*[-‐‑–—−]\s*\d", whole.text[m.start : m.end])]
        for found in {whole.text[m.start : m.end] for m in ranges}:
            text = text.replace(found, re.sub(r"(?<=\d)\s*[-‐‑–—−]\s*(?=\d)", "", found))
        lost = read_article(Article(), text + tail)
        if len(lost.markers) != len(whole.markers):
            total["articles whose markers do not line up"] += 1
        by_place = {_place(whole, m): m for m in ranges}
        for marker in lost.markers:
            gold = by_place.pop(_place(lost, marker), None)
            if gold is None:
                total["repaired though no range"] += marker.repaired
            elif marker.numbers == gold.numbers:
                total["restored rightly"] += 1
            else:
                total["restored wrongly" if marker.repaired else "left alone"] += 1
        total["left alone"] += len(by_place)
    for name in (
        "restored rightly",
        "restored wrongly",
        "left alone",
        "repaired though no range",
        "repaired though whole",
    ):
        print(f"{name:<26}{total[name]:>6}")
    return 0


def _place(document: Document, marker: Marker) -> tuple[str, int]:
    """What stands before a marker, without digits and dashes: the same with and without lost dashes."""
    before = re.sub(r"[\d\s‐‑–—−-]", "", document.text[: marker.start])
    return before[-60:], len(before)


def marker_faults(item: Article, document: Document, total: Counter[str]) -> list[str]:
    """Count groups of links read rightly; what was not, in words."""
    faults = []
    cursor = 0
    starts: list[int] = []
    for words in item.paragraphs:
        at = document.text.find(words, cursor)
        starts.append(at)
        if at >= 0:
            cursor = at + len(words)
    markers = list(document.markers)
    hit: set[int] = set()
    for paragraph, start, end, meant in item.links:
        total["groups"] += 1
        total["links"] += len(meant)
        if starts[paragraph] < 0:
            faults.append(f"paragraph not found: {item.paragraphs[paragraph][:80]}")
            continue
        begin, stop = starts[paragraph] + start, starts[paragraph] + end
        here = [m for m in markers if m.start < stop and begin < m.end]
        hit.update(m.start for m in here)
        numbers = {n for m in here for n in m.numbers}
        total["links right"] += len(meant & numbers)
        others = {
            n
            for p, s, e, more in item.links
            if p == paragraph and any(m.start < starts[p] + e and starts[p] + s < m.end for m in here)
            for n in more
        }
        if meant <= numbers <= meant | others:
            total["groups right"] += 1
        else:
            faults.append(f"{sorted(meant)} read as {sorted(numbers)}: …{document.text[begin - 40 : stop + 20]}…")
    total["found"] += len(markers)
    total["found in place"] += len(hit)
    return faults + [
        f"no link: …{document.text[m.start - 40 : m.end + 20]}… {m.numbers}" for m in markers if m.start not in hit
    ]


if __name__ == "__main__":
    sys.exit(main())
