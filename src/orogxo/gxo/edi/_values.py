"""What an X12 file is made of: separators, segments, transactions, groups, interchanges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import field, frozen


@frozen
class Separators:
    """The characters that divide an interchange, as its ISA declares them.

    `repetition` is None before release 00402, which has none. `suffix` is what follows each segment
    terminator for people's eyes: "", or a line end.
    """

    element: str = "*"
    component: str = ">"
    repetition: str | None = None
    segment: str = "~"
    suffix: str = "\n"

    @property
    def reserved(self) -> frozenset[str]:
        """The characters that no plain value may contain: X12 has no way to escape them."""
        return frozenset((self.element, self.component, self.repetition or self.element, self.segment))


STANDARD = Separators()


class Segment:
    """One segment: its id and its elements as text; composites and repetitions stay inside the text.

    Immutable and comparable by id and elements. A segment that was read keeps its line as it stood in the
    file and splits it when it is asked: a line is a third of the size of its elements.
    `separators` are those of the interchange it belongs to; only `component` and `repeats` use them.
    """

    __slots__ = ("_held", "_separators")

    _held: str | tuple[str, ...]  # the line of a file, or (id, element 1, element 2, ...)
    _separators: Separators

    def __init__(self, id: str, elements: tuple[str, ...] = (), separators: Separators = STANDARD) -> None:  # noqa: A002 (X12's own word)
        self._held = (id, *elements)
        self._separators = separators

    @property
    def id(self) -> str:
        """The segment id, such as "W05"."""
        return self.parts()[0]

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements after the id; an element left empty is ""."""
        return self.parts()[1:]

    @property
    def separators(self) -> Separators:
        """The separators that its composites and repetitions are written with."""
        return self._separators

    def element(self, position: int) -> str:
        """The element at an X12 position (from 1), or "" where the segment ends before it."""
        held = self._held
        parts = held.split(self._separators.element, position + 1) if isinstance(held, str) else held
        return parts[position] if 0 < position < len(parts) else ""

    def component(self, position: int, component: int) -> str:
        """One component (from 1) of a composite element, or "" where there is none."""
        components = self.element(position).split(self._separators.component)
        return components[component - 1] if 0 < component <= len(components) else ""

    def repeats(self, position: int) -> tuple[str, ...]:
        """The repetitions of an element; one where it does not repeat, none where it is empty."""
        text, repetition = self.element(position), self._separators.repetition
        if not text:
            return ()
        return tuple(text.split(repetition)) if repetition else (text,)

    def parts(self) -> tuple[str, ...]:
        """The id and the elements in one: `parts()[2]` is the element at position 2."""
        held = self._held
        return tuple(held.split(self._separators.element)) if isinstance(held, str) else held

    def __eq__(self, other: object) -> bool:
        return self.parts() == other.parts() if isinstance(other, Segment) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.parts())

    def __repr__(self) -> str:
        return f"Segment({self.id!r}, {self.elements!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Segment, (self.id, self.elements, self._separators)


def unread(line: str, separators: Separators) -> Segment:
    """A segment that keeps its line; the line must be as `separators` have it."""
    segment = object.__new__(Segment)
    segment._held = line
    segment._separators = separators
    return segment


class Body:
    """The segments of a transaction as one text, made into values when they are first asked for.

    Much of a file is only routed, counted and archived; this is what makes that cheap. `size` counts them.
    """

    __slots__ = ("_made", "_separators", "_text", "size")

    def __init__(self, text: str, size: int, separators: Separators) -> None:
        self._text = text
        self._separators = separators
        self._made: tuple[Segment, ...] | None = None
        self.size = size

    def segments(self) -> tuple[Segment, ...]:
        """The segments, the same ones each time."""
        if self._made is None:
            separators = self._separators
            lines = self._text.split(separators.segment + separators.suffix) if self.size else []
            self._made = tuple([unread(line, separators) for line in lines])
            self._text = ""
        return self._made


def _made(body: tuple[Segment, ...] | Body) -> tuple[Segment, ...]:
    return body.segments() if isinstance(body, Body) else body


@frozen
class Transaction:
    """A transaction set: ST, what it says, SE (None where the file lost it).

    `stray` are segments between SE and the next header, where none belongs; `index` is the place of ST
    in the file, from 0.
    """

    st: Segment
    _segments: tuple[Segment, ...] | Body = field(eq=_made, repr=lambda body: repr(_made(body)))
    se: Segment | None
    stray: tuple[Segment, ...] = ()
    index: int = field(default=0, eq=False, kw_only=True)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments between ST and SE."""
        return _made(self._segments)

    @property
    def size(self) -> int:
        """The number of segments from ST to SE, both included: what SE01 has to say."""
        body = self._segments
        return (body.size if isinstance(body, Body) else len(body)) + 2

    @property
    def code(self) -> str:
        """The transaction set, such as "945"."""
        return self.st.element(1)

    @property
    def control(self) -> str:
        """The control number, ST02."""
        return self.st.element(2).strip(" ")

    def __iter__(self) -> Iterator[Segment]:
        """Every segment in file order."""
        yield self.st
        yield from self.segments
        if self.se is not None:
            yield self.se
        yield from self.stray


@frozen
class Group:
    """A functional group: GS (None where the file lost it), its transactions, GE.

    `preamble` are segments between GS and the first ST, `stray` those after GE: neither should exist.
    """

    gs: Segment | None
    transactions: tuple[Transaction, ...]
    ge: Segment | None
    preamble: tuple[Segment, ...] = ()
    stray: tuple[Segment, ...] = ()

    @property
    def functional_id(self) -> str:
        """What the group holds, GS01, such as "SW"."""
        return self._header(1)

    @property
    def sender(self) -> str:
        """The sending application, GS02."""
        return self._header(2)

    @property
    def receiver(self) -> str:
        """The receiving application, GS03."""
        return self._header(3)

    @property
    def control(self) -> str:
        """The control number, GS06."""
        return self._header(6)

    @property
    def version(self) -> str:
        """The release and, after six characters, the industry's variant, GS08: "004010", "004010UCS"."""
        return self._header(8)

    def _header(self, position: int) -> str:
        return self.gs.element(position).strip(" ") if self.gs is not None else ""

    def __iter__(self) -> Iterator[Segment]:
        """Every segment in file order."""
        if self.gs is not None:
            yield self.gs
        yield from self.preamble
        for transaction in self.transactions:
            yield from transaction
        if self.ge is not None:
            yield self.ge
        yield from self.stray


@frozen
class Interchange:
    """One interchange: ISA, its groups, IEA (None where the file lost it).

    `preamble` are segments between ISA and the first group (TA1 belongs there), `stray` those after IEA.
    `last_suffix` is what follows IEA's terminator where that differs from `separators.suffix`.
    `received` marks one that was read: it is written as it came, wrong counts included, while one that was
    built is written only when it is right. `encoding` is that of its bytes.
    """

    isa: Segment
    groups: tuple[Group, ...]
    iea: Segment | None
    separators: Separators = STANDARD
    preamble: tuple[Segment, ...] = ()
    stray: tuple[Segment, ...] = ()
    last_suffix: str | None = field(default=None, eq=False, kw_only=True)
    received: bool = field(default=False, eq=False, kw_only=True)
    encoding: str = field(default="utf-8", eq=False, kw_only=True)

    @property
    def sender(self) -> str:
        """The sender's id, ISA06, without its padding."""
        return self.isa.element(6).strip(" ")

    @property
    def receiver(self) -> str:
        """The receiver's id, ISA08, without its padding."""
        return self.isa.element(8).strip(" ")

    @property
    def version(self) -> str:
        """The release of the envelope, ISA12, such as "00401"."""
        return self.isa.element(12).strip(" ")

    @property
    def control(self) -> str:
        """The control number, ISA13."""
        return self.isa.element(13).strip(" ")

    @property
    def usage(self) -> str:
        """P production, T test: ISA15. A test file must not reach a production order."""
        return self.isa.element(15).strip(" ")

    @property
    def transactions(self) -> Iterator[Transaction]:
        """Every transaction of every group."""
        return (transaction for group in self.groups for transaction in group.transactions)

    def __iter__(self) -> Iterator[Segment]:
        """Every segment in file order."""
        yield self.isa
        yield from self.preamble
        for group in self.groups:
            yield from group
        if self.iea is not None:
            yield self.iea
        yield from self.stray
