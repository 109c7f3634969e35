"""The words of the interface, one TOML file for each language: no word of a page stands in a template or in code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from comity.core.errors import ConfigError, nearest_hint

Texts = Mapping[str, Any]


def load_texts(folders: list[Path], language: str) -> Texts:
    """Read ``texts.LANGUAGE.toml`` from the first folder that has it.

    Raises:
        ConfigError: if no folder has it, or it is no TOML.
    """
    name = f"texts.{language}.toml"
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if path is None:
        known = sorted({p.name[6:-5] for folder in folders for p in folder.glob("texts.*.toml")})
        raise ConfigError(f"the site has no interface texts in language {language!r}", nearest_hint(language, known))
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}", "mend the TOML and run again") from None


def filled(texts: Texts, key: str, /, **parts: object) -> str:
    """Return a text with its ``{slots}`` filled; an unknown slot stays as it stands."""
    text = str(texts[key])
    for name, value in parts.items():
        text = text.replace("{" + name + "}", str(value))
    return text
