"""Builds an interchange from text in regular layout: finds the envelope, hangs the other segments into it."""

from __future__ import annotations

import re
from functools import lru_cache

from orogxo.gxo.edi._layout import Layout
from orogxo.gxo.edi._values import Body, Group, Interchange, Segment, Separators, Transaction, unread

ENVELOPE = ("ISA", "GS", "ST", "SE", "GE", "IEA")


def build(layout: Layout, separators: Separators, *, index: int, encoding: str) -> Interchange:
    """The interchange in this text; `index` is the place of its ISA in the file. No segment is lost."""
    glue, element, terminator = separators.segment + separators.suffix, separators.element, separators.segment
    opening, *chunks = _before_envelope(separators).split(layout.text)
    isa, _, preamble = opening.partition(glue)
    tree = _Tree(preamble, separators)
    index += opening.count(terminator) + 1
    for chunk in chunks:
        head, _, rest = chunk.partition(glue)
        size = chunk.count(terminator) + 1
        tree.hang(head.partition(element)[0], [head, rest] if rest else [head], size, index)
        index += size
    groups = tuple(group.close(separators) for group in tree.groups)
    return Interchange(
        unread(isa, separators),
        groups,
        tree.iea,
        separators,
        _segments(tree.preamble, separators),
        _segments(tree.stray, separators),
        last_suffix=layout.last_suffix,
        received=True,
        encoding=encoding,
    )


def count_envelope(text: str, separators: Separators) -> int:
    """How many envelope segments a text in regular layout holds after its ISA."""
    return len(_before_envelope(separators).findall(text))


@lru_cache(maxsize=64)
def _before_envelope(separators: Separators) -> re.Pattern[str]:
    """What divides a text into chunks that each begin with an envelope segment."""
    glue = re.escape(separators.segment + separators.suffix)
    after = re.escape(separators.element) + re.escape(separators.segment)
    return re.compile(f"{glue}(?=(?:{'|'.join(ENVELOPE)})[{after}])")


def _segments(texts: list[str], separators: Separators) -> tuple[Segment, ...]:
    if not texts:
        return ()
    glue = separators.segment + separators.suffix
    return tuple(unread(line, separators) for text in texts for line in text.split(glue))


class _OpenTransaction:
    def __init__(self, st: Segment, index: int) -> None:
        self.st = st
        self.index = index
        self.body: list[str] = []
        self.size = 0
        self.se: Segment | None = None
        self.stray: list[str] = []

    def close(self, separators: Separators) -> Transaction:
        body = Body((separators.segment + separators.suffix).join(self.body), self.size, separators)
        return Transaction(self.st, body, self.se, _segments(self.stray, separators), index=self.index)


class _OpenGroup:
    def __init__(self, gs: Segment | None) -> None:
        self.gs = gs
        self.preamble: list[str] = []
        self.transactions: list[_OpenTransaction] = []
        self.ge: Segment | None = None
        self.stray: list[str] = []

    def close(self, separators: Separators) -> Group:
        transactions = tuple(transaction.close(separators) for transaction in self.transactions)
        preamble, stray = _segments(self.preamble, separators), _segments(self.stray, separators)
        return Group(self.gs, transactions, self.ge, preamble, stray)


class _Tree:
    """An interchange while it grows: what is open, and the list that the next text goes to."""

    def __init__(self, preamble: str, separators: Separators) -> None:
        self.iea: Segment | None = None
        self.preamble = [preamble] if preamble else []
        self.stray: list[str] = []
        self.groups: list[_OpenGroup] = []
        self._separators = separators
        self._group: _OpenGroup | None = None
        self._transaction: _OpenTransaction | None = None
        self._open = self.preamble

    def hang(self, envelope: str, texts: list[str], size: int, index: int) -> None:
        """An envelope segment (with the id `envelope`) and what follows it up to the next, `size` in all."""
        if self.iea is None and self._place(envelope, unread(texts[0], self._separators), index):
            del texts[0]
            size -= 1
        self._open.extend(texts)
        if self._transaction is not None:
            self._transaction.size += size

    def _place(self, envelope: str, head: Segment, index: int) -> bool:
        """Open or close a level; False where there is nothing to close: then the segment is a stray."""
        if envelope == "ST":
            group = self._group or self._open_group(None)
            self._transaction = _OpenTransaction(head, index)
            group.transactions.append(self._transaction)
            self._open = self._transaction.body
            return True
        if envelope == "SE":
            return self._close_transaction(head)
        if envelope == "ISA":
            return False
        self._transaction = None
        if envelope == "GS":
            self._open = self._open_group(head).preamble
            return True
        if envelope == "GE":
            return self._close_group(head)
        self.iea, self._open = head, self.stray
        return True

    def _open_group(self, gs: Segment | None) -> _OpenGroup:
        self._group = _OpenGroup(gs)
        self.groups.append(self._group)
        return self._group

    def _close_transaction(self, se: Segment) -> bool:
        if self._transaction is None:
            return False
        self._transaction.se, self._open = se, self._transaction.stray
        self._transaction = None
        return True

    def _close_group(self, ge: Segment) -> bool:
        if self._group is None:
            return False
        self._group.ge, self._open = ge, self._group.stray
        self._group = None
        return True
