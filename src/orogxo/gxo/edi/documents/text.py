"""Text for people in the letters that a site can read: accents go by a declared rule, the rest is refused."""

from __future__ import annotations

import unicodedata

from orogxo.gxo.edi.profile import X12Profile


class Text(str):
    """Text for people (a name, a street, a note): it may be transliterated. A plain str may not."""

    __slots__ = ()


def transliterate(text: str, profile: X12Profile) -> str:
    """`text` as the site can read it: replacements made, accents dropped, white space run together.

    In charset "utf-8" letters keep their accents. What has no rule stays as it is, for `refused` to find.
    """
    whole = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(profile.replacements.get(letter) or _plain(letter, profile) for letter in whole)


def refused(text: str, profile: X12Profile) -> str:
    """The characters of `text` that may not be sent, each once: separators, control characters, and in
    charset "basic" everything but printable ASCII."""
    return "".join(dict.fromkeys(letter for letter in text if not _allowed(letter, profile)))


def _allowed(letter: str, profile: X12Profile) -> bool:
    readable = profile.charset == "utf-8" or letter.isascii()
    return readable and letter.isprintable() and letter not in profile.reserved


def _plain(letter: str, profile: X12Profile) -> str:
    if letter.isascii() or profile.charset == "utf-8":
        return letter
    # Canonical decomposition only: NFKD would also make "1/2" of a half and change what is meant.
    parts = unicodedata.normalize("NFD", letter)
    bare = "".join(part for part in parts if unicodedata.category(part) != "Mn")
    return bare if bare.isascii() else letter
