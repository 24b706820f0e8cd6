"""Accents go by a declared rule, the rest is refused, identifiers are never altered (contract x12, 2.3)."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orogxo.gxo.edi import x12
from orogxo.gxo.edi.documents import write_940
from orogxo.gxo.edi.documents.text import refused, transliterate
from support.orders import DOCK, a_request
from support.x12_documents import IN_5010, SITE, codes, text_of

UTF8 = evolve(SITE, charset="utf-8")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Société Générale", "Societe Generale"),
        ("Müller Straße", "Muller Strasse"),
        ("Ærøskøbing", "AEroskobing"),
        ("Łódź", "Lodz"),
        ("e\u0301", "e"),
        ("\u2018left\u2019 \u201cin\u201d \u2013 porch\u2026", "'left' \"in\" - porch..."),
        ("two\nlines\tand \u00a0 a gap ", "two lines and a gap"),
        ("Kelvin \u212a", "Kelvin K"),
    ],
)
def test_letters_lose_their_accents(text, sent):
    assert transliterate(text, SITE) == sent
    assert refused(sent, SITE) == ""


def test_a_site_may_spell_umlauts_out_and_replace_a_separator():
    german = evolve(SITE, replacements={"ü": "ue", "*": "x", "~": "-"})
    assert transliterate("Müller 2*3 ~ 6", german) == "Mueller 2x3 - 6"


@pytest.mark.parametrize(
    "text", ["東京", "Москва", "½ pallet", "box \U0001f4e6", "a*b", "a~b", "a>b", "a\x00b"]
)
def test_what_has_no_rule_is_refused_with_the_character(text):
    letters = refused(transliterate(text, SITE), SITE)
    assert letters
    request = evolve(a_request(), ship_to=evolve(DOCK, company=text))
    with pytest.raises(x12.X12Error) as caught:
        write_940(request, SITE, control=1)
    assert codes(caught.value.findings) == {"CHARACTER_REFUSED"}
    assert repr(letters) in str(caught.value)


def test_an_identifier_is_refused_where_a_name_would_be_rewritten():
    assert "N1*ST*Cafe" in text_of(
        write_940(evolve(a_request(), ship_to=evolve(DOCK, company="Café")), SITE, control=1)
    )
    with pytest.raises(x12.X12Error, match="W0503"):
        write_940(evolve(a_request(), po_number="CAFÉ-1"), SITE, control=1)


def test_utf_8_sends_what_both_sides_can_read():
    request = evolve(a_request(), ship_to=evolve(DOCK, company="Łódź 東京"), po_number="CAFÉ-1")
    sent = text_of(write_940(request, UTF8, control=1))
    assert "N1*ST*Lódź 東京" in sent
    assert "*CAFÉ-1" in sent
    assert refused("a\u200bb\ud800", UTF8) == "\u200b\ud800"


def test_the_repetition_separator_is_one_from_5010_on():
    assert refused("a^b", SITE) == ""
    assert refused("a^b", IN_5010) == "^"
    other = evolve(IN_5010, separators=x12.Separators(repetition="!"))
    assert refused("a^b!", other) == "!"


@given(st.text(max_size=60))
def test_transliterating_twice_changes_nothing_more(text):
    once = transliterate(text, SITE)
    assert transliterate(once, SITE) == once
    assert all(letter.isascii() for letter in once if letter not in refused(once, SITE))
