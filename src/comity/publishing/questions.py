"""Pages that answer questions: a query with its answer and its choices, its card for other pages, and a free one.

The answer stands in the page; the scripts ask again, in the reader's browser, when a reader changes something.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from minijinja import safe
from pyoxigraph import Literal, NamedNode

from comity.model.queries import Parameter
from comity.model.vocabulary import QUERY_TEXTS, XSD
from comity.publishing.dumps import FOLDER
from comity.publishing.edition import Edition
from comity.publishing.evidence import Witness
from comity.publishing.live import MANIFEST, VOCABULARY
from comity.publishing.paths import href, outward, way_up
from comity.publishing.search import SEARCH
from comity.publishing.tables import result_table

CARDS = f"{FOLDER}/cards"
PLOT_STYLES = (
    "'sha256-+TfQir1nvDucAdvE6XUQBt4ayUjpAWkbw2kCdSfekHM='",
    "'sha256-vnLCBQhI2E03zAY/Mp8RxBhuZSloT7+cclqIlG2t6/M='",
)
"""The style sheets that Observable Plot puts into a picture and its key, as the policy of a page names them."""
MOST_OPTIONS = 400
"""Above so many, a choice is typed and suggested, not listed in the page."""
INPUTS = {
    "date": "date",
    "gYear": "number",
    "integer": "number",
    "decimal": "number",
    "double": "number",
    "boolean": "boolean",
}
WORDS = (
    *("yes", "no", "months", "date_year", "date_month", "date_day", "languages"),
    *("place_join", "places", "columns", "name_passage", "name_source_graph", "name_record_graph", "name_graph"),
)
"""The interface texts by which pages and their scripts word values and columns."""
FIRST_QUERY = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?class ?label (COUNT(?thing) AS ?things)
WHERE {
  ?thing a ?class .
  ?class rdfs:label ?label .
  FILTER(LANG(?label) = "LANGUAGE")
}
GROUP BY ?class ?label
ORDER BY DESC(?things)
LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class Field:
    """A form field: what a reader may choose in a query.

    Attributes:
        name: of the variable.
        label: the class or kind of value, in the language of the page.
        input: ``choice``, ``thing``, ``date``, ``number``, ``boolean`` or ``text``.
        type: IRI of the class or datatype; may be empty.
        value: what stands in the query.
        shown: what the field shows of it.
        words: what the page calls it.
        options: IRIs and names to choose from; none where there are too many.
    """

    name: str
    label: str
    input: str
    type: str
    value: str
    shown: str
    words: str
    options: tuple[tuple[str, str], ...] = ()


def query(witness: Witness, node: NamedNode) -> dict[str, Any]:
    """A query: its text, its answer, and what may be chosen in it."""
    edition = witness.edition
    texts = [t for p in QUERY_TEXTS for t in edition.index.objects(node, p) if isinstance(t, Literal)]
    asked = edition.holdings.queries.get(node)
    answer = edition.holdings.answers.get(node)
    name = edition.holdings.names[node]
    card = edition.holdings.paths.page(_card(name), edition.language)
    return {
        "sparql": texts[0].value if texts else "",
        "table": result_table(edition, answer, asked.text) if asked and answer else None,
        "csv": href(f"{name}.csv") if asked else "",
        "fields": [_field(edition, parameter) for parameter in asked.parameters(edition.index.prefixes)]
        if asked
        else [],
        "card": outward(f"{edition.holdings.project.address}{href(card)}") if asked else "",
        "live": live(edition),
    }


def ask_page(edition: Edition) -> dict[str, Any]:
    """The page for questions of the reader's own."""
    return {
        "sparql": FIRST_QUERY.replace("LANGUAGE", edition.language),
        "fields": [],
        "card": "",
        "live": live(edition),
    }


def live(edition: Edition) -> dict[str, Any]:
    """Return what the scripts of a query page are told: which version of the data it shows, where it is, the words."""
    files = {"manifest": MANIFEST, "vocabulary": VOCABULARY, "search": SEARCH}
    return {
        "digest": edition.index.digest,
        "quads": str(len(edition.index.quads)),
        "style": " ".join(PLOT_STYLES),
        "texts": {
            "texts": edition.texts["live"],
            "words": {key: edition.texts[key] for key in WORDS},
            "names": edition.texts["names"],
        },
        **{key: str(href(file)) for key, file in files.items()},
    }


def card(witness: Witness, node: NamedNode) -> tuple[str, dict[str, Any]]:
    """Return file and context of the card of a query: its question and answer, for the pages of others."""
    edition = witness.edition
    paths, answer = edition.holdings.paths, edition.holdings.answers[node]
    name = _card(edition.holdings.names[node])
    file = paths.page(name, edition.language)
    return file, {
        "root": way_up(file),
        "editions": [(language, href(paths.page(name, language))) for language in paths.languages],
        "title": edition.cell(node),
        "page": edition.path(node),
        "table": result_table(edition, answer, edition.holdings.queries[node].text),
        "json": safe(answer.json().replace("<", "\\u003c")),
        "csv": href(f"{edition.holdings.names[node]}.csv"),
    }


def _card(name: str) -> str:
    return f"{CARDS}/{name.rpartition('/')[2]}"


def _field(edition: Edition, parameter: Parameter) -> Field:
    if parameter.type.startswith(XSD):
        local = parameter.type[len(XSD) :]
        return Field(
            parameter.name, edition.texts["fields"].get(local, parameter.name), INPUTS.get(local, "text"),
            parameter.type, parameter.value, parameter.value,
            edition.literal(Literal(parameter.value, datatype=NamedNode(parameter.type))).text,
        )  # fmt: skip
    chosen = edition.cell(NamedNode(parameter.value))
    if not parameter.type:
        label = edition.say("field_thing")
        return Field(parameter.name, label, "thing", "", parameter.value, chosen.text, chosen.text)
    class_ = NamedNode(parameter.type)
    members = [node for node in edition.index.members(class_) if isinstance(node, NamedNode)]
    label = edition.cell(class_).text
    if len(members) > MOST_OPTIONS:
        return Field(parameter.name, label, "thing", parameter.type, parameter.value, chosen.text, chosen.text)
    named = sorted((edition.cell(node).key, node.value, edition.cell(node).text) for node in members)
    options = tuple((iri, text) for _, iri, text in named)
    return Field(parameter.name, label, "choice", parameter.type, parameter.value, chosen.text, chosen.text, options)
