"""Make again only what changed: the notes of the site that stands, and what they let us keep of it.

The notes stand beside the site. They name it by a digest over the names, sizes and times of its files, so notes of
another site, or of one that somebody touched, count as none, and everything is made. The same holds if anything
changed that is no quad: the engine, a template, an interface text, the order of properties.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from comity.core.errors import CannotRun
from comity.core.manifest import folder_digest
from comity.core.output import Replaced, stamp, sweep
from comity.publishing.dumps import DATASET_FILE
from comity.publishing.holdings import Holdings
from comity.publishing.ledger import EVERYTHING, Place, changed_places, spell
from comity.publishing.paths import MORE

Make = Callable[[], Iterable[tuple[str, bytes]]]
"""Makes the files of a thing or a sheet."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What a site was made of.

    Attributes:
        frame: digest of what all its pages share.
        site: digest of its folder as it was written.
        digests: of what is worked out of all quads, by the place where it is noted that somebody reads it.
        made: of each thing and sheet, its files (a number in ``files``) and where was looked (numbers in ``places``).
        files: the endings of the files of a thing, or the files of a sheet.
        places: where something was looked up.
    """

    frame: str = ""
    site: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


def read_notes(path: Path) -> Notes:
    """Return what notes say; nothing where there are none, or no whole ones."""
    try:
        *lines, last = path.read_text(encoding="utf-8").split("\n")
        made = dict(line.split("\t", 1) for line in lines)
        return Notes(made=made, **json.loads(last))
    except (OSError, ValueError, TypeError):
        return Notes()


class Renewal:
    """What of the site that stands can be kept; and the notes of the new one, written as it is made."""

    def __init__(
        self,
        path: Path,
        site: Path,
        holdings: Holdings,
        frame: str,
        digests: Mapping[str, str],
        *,
        whole: bool = False,
    ) -> None:
        """Compare what the site that stands was made of with what there is now.

        Args:
            path: where the notes stand.
            site: the folder of the site.
            holdings: what the new site is made of.
            frame: digest of what all its pages share.
            digests: of what is worked out of all quads, by its place.
            whole: keep nothing, make everything.
        """
        self.standing = stamp(site)
        self._path = path
        self._site = site
        self._holdings = holdings
        self._frame = frame
        self._digests = digests
        self._old = Notes() if whole else self._read()
        self._changed = self._compare() if self._old.made else set()
        self._numbers = {place: number for number, place in enumerate(self._old.places)}
        self._files = {endings: number for number, endings in enumerate(self._old.files)}
        self._known: dict[Place, int] = {}
        self._fresh = path.with_name(f".{path.name}.new-{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            sweep(path)
            self._out = self._fresh.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise CannotRun(f"cannot write {path}: {error.strerror}", "choose another place") from error

    def _read(self) -> Notes:
        notes = read_notes(self._path)
        known = notes.frame == self._frame and notes.site == folder_digest(self._site)
        return notes if known else Notes()

    def _compare(self) -> set[str]:
        """Return the places, as numbers, that look otherwise now."""
        old = (self._site / DATASET_FILE).read_bytes()
        new = self._holdings.dataset.n_quads
        changed: set[str] = set()
        if old != new:
            lines = set(old.splitlines(keepends=True)).symmetric_difference(new.splitlines(keepends=True))
            quads = parse(b"".join(lines), format=RdfFormat.N_QUADS)
            changed.update((EVERYTHING, *(spell(place) for place in changed_places(quads))))
        places = {*self._digests, *self._old.digests}
        changed.update(place for place in places if self._digests.get(place) != self._old.digests.get(place))
        return {str(number) for number, place in enumerate(self._old.places) if place in changed}

    def standing_file(self, name: str) -> bytes:
        """Return a file of the site that stands.

        Raises:
            Replaced: if it is gone.
        """
        try:
            return (self._site / name).read_bytes()
        except OSError:
            raise Replaced(f"{self._site / name} is gone", "run again") from None

    def kept(self, key: str, stem: str) -> list[str]:
        """Return the files of a thing or a sheet that stand and would be made the same again; none if it is to be made.

        Args:
            key: names it in the notes.
            stem: what the names of its files have in common, as far as it is known without the notes.
        """
        held = self._old.made.get(key)
        if held is None:
            return []
        files, *places = held.split()
        if not self._changed.isdisjoint(places):
            return []
        self._out.write(f"{key}\t{held}\n")
        return [_file(stem, ending) for ending in self._old.files[int(files)].split("\n")]

    def noted(self, key: str, stem: str, make: Make) -> Iterator[tuple[str, bytes]]:
        """Make the files of a thing or a sheet, pass them on one by one, and write down where was looked for them."""
        ledger, endings = self._holdings.ledger, list[str]()
        ledger.open = set()
        for name, content in make():
            endings.append(_ending(stem, name))
            yield name, content
        files = self._files.setdefault("\n".join(endings), len(self._files))
        self._out.write(f"{key}\t{files} {' '.join(map(str, map(self._number, ledger.open)))}\n")

    def _number(self, place: Place) -> int:
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = self._numbers.setdefault(spell(place), len(self._numbers))
        return found

    def close(self) -> str:
        """Put the notes in their place, now that the site stands in its own, and return the digest of that.

        Raises:
            CannotRun: if the disk refuses.
        """
        site = folder_digest(self._site)
        rest = {
            "frame": self._frame,
            "site": site,
            "digests": self._digests,
            "files": list(self._files),
            "places": list(self._numbers),
        }
        try:
            with self._out:
                json.dump(rest, self._out, ensure_ascii=False)
            self._fresh.replace(self._path)
        except OSError as error:
            raise CannotRun(f"cannot write {self._path}: {error.strerror}", "make room") from error
        return site

    def drop(self) -> None:
        """Leave no unfinished notes behind."""
        with suppress(OSError):
            self._out.close()
            self._fresh.unlink(missing_ok=True)


_FURTHER = "+"
"""Before the ending of a further page of a thing, whose name stands within that of the file."""


def _ending(stem: str, name: str) -> str:
    """Return what a file of a thing has beside the name of the thing.

    >>> _ending("id/act", "id/act.html"), _ending("id/act", "more/id/act/facts/2.html")
    ('.html', '+/facts/2.html')
    """
    around = f"{MORE}/{stem}"
    return f"{_FURTHER}{name[len(around) :]}" if name.startswith(f"{around}/") else name[len(stem) :]


def _file(stem: str, ending: str) -> str:
    """Return the file of a thing that has an ending.

    >>> _file("id/act", ".html"), _file("id/act", "+/facts/2.html")
    ('id/act.html', 'more/id/act/facts/2.html')
    """
    return f"{MORE}/{stem}{ending[1:]}" if ending.startswith(_FURTHER) else f"{stem}{ending}"
