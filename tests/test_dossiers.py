"""What pages show of a thing beyond its facts: names, neighbours, mentions, silence, history; and the first page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from comity.core.errors import ConfigError
from comity.core.project import Project
from comity.model.queries import QueryFile, load_queries
from comity.model.vocabulary import BROADER
from comity.publishing.edition import Edition
from comity.publishing.evidence import Witness
from comity.publishing.feeds import Logged, histories
from comity.publishing.holdings import gather
from comity.publishing.neighbourhood import ROWS, ROWS_OF_ONE, SIGNS, neighbourhood, width
from comity.publishing.rendering import site_folders
from comity.publishing.site import site_files
from comity.publishing.texts import load_texts
from comity.store.changes import compare
from comity.store.dataset import Dataset
from comity.store.releases import Release
from test_publishing import BASE, CATALOGUE, COMITY, QUERY, ROOT, Page, quads

MORE = """
:graph/record/mentions {
  :id/passage/gazette/90-95 a c:Passage ; c:inSource :id/source/gazette ; oa:start 90 ; oa:end 95 ;
    c:mentions :id/book/emma .
  :id/passage/gazette/60-65 a c:Passage ; c:inSource :id/source/gazette ; oa:start 60 ; oa:end 65 ;
    c:mentions :id/book/emma .
  :id/source/almanac a c:Source ; rdfs:label "Almanac"@en ; c:coding :scheme/coding/complete .
  :id/source/diary a c:Source ; rdfs:label "Diary"@en ; c:coding :scheme/coding/partial .
  :id/book/emma rdfs:label "Emma"@fr , "إيما"@ar .
}
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(
        root=tmp_path_factory.mktemp("library"),
        base=BASE,
        title={"en": "A library", "zh": "图书馆"},
        tagline={"en": "Books", "zh": "书"},
        license="https://example.net/licence",
        languages=("en", "zh"),
        site=ROOT / "site",
    )


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return Dataset(quads(tmp_path_factory.mktemp("data"), CATALOGUE + MORE), {"def": BASE + "def/", "comity": COMITY})


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> list[QueryFile]:
    folder = tmp_path_factory.mktemp("queries")
    for name in ("a", "b", "c", "d"):
        (folder / f"{name}.rq").write_text(QUERY.replace("Which books", f"Which books ({name})"), encoding="utf-8")
    return load_queries(folder)


@pytest.fixture(scope="module")
def site(library: Project, dataset: Dataset, queries: list[QueryFile]) -> dict[str, bytes]:
    return dict(site_files(library, dataset, queries))


def section(page: bytes, name: str) -> str:
    return page.decode().partition(f'<section id="{name}"')[2].partition("</section>")[0]


def witness(project: Project, dataset: Dataset, language: str = "en") -> Witness:
    texts = load_texts(site_folders(project), language)
    return Witness(Edition(gather(project, dataset, ()), language, texts))


def test_a_narrower_modality_has_the_colour_of_the_broadest(library: Project, dataset: Dataset) -> None:
    firmly = NamedNode(BASE + "scheme/modality/firmly-asserted")
    assert witness(library, dataset).badge(firmly).tone == "asserted"
    circle = [Quad(NamedNode(BASE + one), BROADER, NamedNode(BASE + other)) for one, other in (("a", "b"), ("b", "a"))]
    assert witness(library, Dataset(circle, dataset.prefixes)).badge(NamedNode(BASE + "a")).tone == "b"


def test_names_of_other_languages_stand_beside_the_title(site: dict[str, bytes]) -> None:
    top = site["id/book/emma.html"].decode().partition('class="names"')[2].partition("</ul>")[0]
    assert top.index("爱玛") < top.index("إيما"), "languages of the site come first"
    assert re.search(r'<bdi lang="ar" dir="rtl">إيما</bdi> <small>Arabic</small>', top)


def test_mentions_stand_in_the_order_of_the_text(site: dict[str, bytes]) -> None:
    mentions = section(site["id/book/emma.html"], "mentions")
    assert "2 places" in mentions
    assert mentions.index("60–65") < mentions.index("90–95")


def test_only_what_was_searched_as_a_whole_can_be_silent(site: dict[str, bytes]) -> None:
    mentions = section(site["id/book/emma.html"], "mentions")
    silent = mentions.partition("not found in")[2]
    assert "Almanac" in silent
    assert "Diary" not in silent
    assert "Gazette" not in silent


def test_a_neighbour_stands_on_the_side_from_which_the_property_leads(library: Project, dataset: Dataset) -> None:
    speaking = witness(library, dataset)
    author = neighbourhood(speaking, NamedNode(BASE + "id/author/austen"))
    assert author is not None
    assert [box.cell.text for group in author.into for box in group.boxes] == ["Emma"]
    book = neighbourhood(speaking, NamedNode(BASE + "id/book/emma"))
    assert book is not None
    assert [group.property.text for group in book.out] == ["written by"]
    assert neighbourhood(speaking, NamedNode(BASE + "scheme/rank")) is None


def test_a_picture_holds_few_and_says_how_many_there_are(library: Project, dataset: Dataset) -> None:
    book, label = NamedNode(BASE + "id/book/emma"), NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    many = []
    for number in range(60):
        other = NamedNode(f"{BASE}id/book/n{number}")
        many.append(Quad(other, label, Literal(f"{number:02} 一部名字很长很长很长很长很长很长很长的书", language="en")))
        many.append(Quad(book, NamedNode(f"{BASE}def/like{number % 4}"), other))
    made = neighbourhood(witness(library, Dataset([*dataset.quads, *many], {})), book)
    assert made is not None
    boxes = [box for group in made.out for box in group.boxes]
    assert len(boxes) == ROWS
    assert max(len(group.boxes) for group in made.out) <= ROWS_OF_ONE
    assert sum(group.more + len(group.boxes) for group in made.out) == 61
    assert all(width(box.text) <= SIGNS for box in boxes)
    assert all(0 < box.y < made.height for box in boxes)
    places = sorted(box.y for box in boxes)
    assert all(later - earlier >= 28 for earlier, later in pairwise(places)), "none covers another"


def test_the_picture_is_always_the_same(library: Project, dataset: Dataset) -> None:
    node = NamedNode(BASE + "id/book/emma")
    assert neighbourhood(witness(library, dataset), node) == neighbourhood(witness(library, dataset), node)


def test_history_says_what_each_release_did(dataset: Dataset) -> None:
    book = NamedNode(BASE + "id/book/emma")
    fewer = Dataset([quad for quad in dataset.quads if quad.subject != book], {})
    first = Logged(Release(Path("x"), "2026-01-01", "1.0.0"), None, frozenset({BASE + "id/author/austen"}))
    second = Logged(Release(Path("y"), "2026-02-01", "1.0.0"), compare(fewer, dataset))
    found = histories([first, second])
    assert found[BASE + "id/author/austen"] == [("2026-01-01", "added")]
    assert found[book.value] == [("2026-02-01", "added")]


def test_what_no_release_holds_says_so(site: dict[str, bytes]) -> None:
    assert "Not part of a release yet" in section(site["id/book/emma.html"], "history")


def test_names_can_be_had_in_every_language_of_the_data(site: dict[str, bytes]) -> None:
    arabic = json.loads(site["data/names/ar.json"])
    assert arabic["direction"] == "rtl"
    assert arabic["names"]["id/book/emma"] == "إيما"
    assert json.loads(site["data/names/fr.json"])["names"] == {"id/book/emma": "Emma"}
    offered = Page(site["index.zh.html"])
    [languages] = [value for name, value in offered.attributes if name == "data-names-in"]
    assert "ar=العربية" in languages
    assert "zh=" not in languages


def test_the_first_page_follows_the_project(
    library: Project, dataset: Dataset, queries: list[QueryFile], site: dict[str, bytes]
) -> None:
    asks = re.findall(r"Which books \((.)\)", section(site["index.html"], "questions"))
    assert asks == ["a", "b", "c"], "without an order the first three"
    told = replace(library, questions=("d", "b"), ways=("scheme/modality", "def/Author"))
    home = dict(site_files(told, dataset, queries))["index.html"]
    assert re.findall(r"Which books \((.)\)", section(home, "questions")) == ["d", "b"]
    ways = section(home, "ways")
    assert ways.index("scheme/modality.html") < ways.index("browse/Author.html")
    assert "Also:" in ways


@pytest.mark.parametrize(
    ("told", "said"),
    [({"questions": ("bb",)}, "no example query 'bb'"), ({"ways": ("def/Boook",)}, "'def/Boook' is no")],
)
def test_a_way_that_leads_nowhere_is_an_error(
    library: Project, dataset: Dataset, queries: list[QueryFile], told: dict[str, tuple[str, ...]], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        dict(site_files(replace(library, **told), dataset, queries))  # type: ignore[arg-type]


def test_the_first_page_says_how_statements_are_meant(site: dict[str, bytes]) -> None:
    share = site["index.html"].decode().partition('class="share"')[2].partition("</div>")[0]
    assert re.findall(r'<rect class="([a-z-]+)" x="(\d+)" y="0" width="(\d+)"', share) == [
        ("asserted", "0", "833"),
        ("reported-opinion", "833", "167"),
    ]
