"""The values: segments look the same whether they were built or read, and take themselves apart."""

from __future__ import annotations

import pickle

import pytest

from edi.codec.examples import ISA, document
from orogxo.gxo.edi import x12

SEPARATORS = x12.Separators("*", ":", "^", "~", "\n")
BUILT = x12.Segment("CTX", ("A:1^B:2", "", "7"), SEPARATORS)


def read_segment() -> x12.Segment:
    text = document(isa=ISA.replace("*U*00401", "*^*00501").replace("*>", "*:"))
    (interchange,), findings = x12.parse(text.replace("W06*F*SO-1001*20261102*SHP-1", "CTX*A:1^B:2**7"))
    assert findings == ()
    return next(interchange.transactions).segments[0]


@pytest.mark.parametrize("segment", [BUILT, read_segment()], ids=["built", "read"])
def test_a_segment_takes_itself_apart(segment: x12.Segment) -> None:
    assert (segment.id, segment.elements) == ("CTX", ("A:1^B:2", "", "7"))
    assert segment.parts() == ("CTX", "A:1^B:2", "", "7")
    assert [segment.element(position) for position in (-1, 0, 1, 2, 3, 4)] == ["", "", "A:1^B:2", "", "7", ""]
    assert segment.repeats(1) == ("A:1", "B:2")
    assert segment.repeats(2) == ()
    assert segment.component(3, 1) == "7"
    assert (segment.component(1, 1), segment.component(1, 3)) == ("A", "2")
    assert (segment.component(1, 0), segment.component(1, 9)) == ("", "")
    assert segment.separators == SEPARATORS


def test_built_and_read_are_equal_and_hash_alike() -> None:
    assert read_segment() == BUILT
    assert hash(read_segment()) == hash(BUILT)
    assert x12.Segment("CTX", ("A:1",)) != BUILT
    assert BUILT != ("CTX", "A:1^B:2", "", "7")


def test_without_a_repetition_separator_an_element_is_one() -> None:
    assert x12.Segment("NTE", ("DEL", "a^b")).repeats(2) == ("a^b",)


def test_a_segment_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        BUILT.id = "N1"  # type: ignore[misc]  # that it fails is the point
    with pytest.raises(AttributeError):
        BUILT.elements = ()  # type: ignore[misc]  # the same


def test_a_segment_shows_its_id_and_elements() -> None:
    assert repr(x12.Segment("LX", ("1",))) == "Segment('LX', ('1',))"


def test_interchanges_survive_pickling() -> None:
    interchanges, _ = x12.parse(document())
    assert pickle.loads(pickle.dumps(interchanges)) == interchanges


def test_a_transaction_shows_its_segments() -> None:
    (interchange,), _ = x12.parse(document())
    assert "Segment('W06', ('F', 'SO-1001'" in repr(next(interchange.transactions))


def test_a_group_without_header_has_no_names() -> None:
    group = x12.Group(None, (), None)
    assert (group.functional_id, group.sender, group.receiver, group.control, group.version) == ("",) * 5


def test_reserved_characters_are_those_that_no_value_may_hold() -> None:
    assert x12.STANDARD.reserved == frozenset("*>~")
    assert SEPARATORS.reserved == frozenset("*:^~")
