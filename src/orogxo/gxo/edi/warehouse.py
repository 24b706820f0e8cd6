"""A warehouse that trades X12 files, in the role that the orchestrator wants: `orogxo.ports.Warehouse`.

An order is one file with one 940. Its content, control number and name are fixed in the store before it is
staged, and staging is recorded before the rename that publishes it. So whatever dies in between, `find` can
tell from the staged file whether the order left, and `submit` sends the very same interchange or none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from attrs import evolve, field, frozen

from orogxo.errors import Conflict, Invalid, NotFound
from orogxo.gxo.edi import x12
from orogxo.gxo.edi._inbox import Inbox
from orogxo.gxo.edi._ledger import INTENDED, PUBLISHED, REJECTED, STAGED, Ledger, Sent, overtaken
from orogxo.gxo.edi.documents import Purpose, write_940
from orogxo.gxo.edi.envelope import wrap
from orogxo.gxo.edi.exchange import FileDrop
from orogxo.gxo.edi.site import Site
from orogxo.gxo.edi.x12 import X12Error
from orogxo.model import Acknowledgement, Answer, CancelAnswer, FulfilmentRequest
from orogxo.ports import Clock, ShipmentPage, Store, Transaction, WarehouseFacts

_ASKED = "asked by 940 under control number {control}; only a 945 proves what became of it"


@frozen
class X12Warehouse:
    """The site behind `drop`, by the agreement `site`. Threads and processes may share drop and store.

    `items`: the SKUs that the site knows, where it told them: an order with another is held, not sent.
    """

    drop: FileDrop
    site: Site
    store: Store
    clock: Clock
    items: frozenset[str] | None = None
    _inbox: Inbox = field(init=False, repr=False)

    @_inbox.default
    def _make_inbox(self) -> Inbox:
        return Inbox(self.drop, self.site, self.store, self.clock, self.prefix)

    @property
    def prefix(self) -> str:
        """What the names of everything that the store keeps for this site begin with."""
        return f"x12:{self.site.sender}:{self.site.receiver}"

    def facts(self) -> WarehouseFacts:
        """Our own record answers look-ups, whatever the site can do; the rest is as agreed."""
        return WarehouseFacts(
            natural_key=self.site.natural_key,
            lookup=True,
            item_master=self.items is not None,
            cancel=self.site.cancels,
            change=self.site.changes,
        )

    def submit(self, request: FulfilmentRequest) -> Acknowledgement:
        """Publish `request` as a 940, once: what has left is not written again.

        Raises Invalid with every reason why X12 cannot carry it, Conflict where the site has the order with
        other content, NotSent where nothing left, ReplyLost where that must be looked up first.
        """
        sent = self._send("new", request)
        return Acknowledgement(sent.ref, "submitted", sent.version)

    def find(self, ref: str) -> Acknowledgement | None:
        """What our record says: "submitted" once its file left, "rejected" where its 997 says so."""
        with self.store.transaction() as rows:
            sent = self._ledger(rows).sent("new", ref)
        if sent is not None and sent.state == STAGED and self.drop.has_left(sent.name):
            sent = self._mark(sent, PUBLISHED)
        if sent is None or not sent.has_left:
            return None
        if sent.state == REJECTED:
            return Acknowledgement(ref, "rejected", sent.version, reason=sent.reason)
        return Acknowledgement(ref, "submitted", sent.version)

    def cancel(self, ref: str) -> CancelAnswer:
        """Ask by a 940 with W0501 F, once; PENDING until a 945 tells. REFUSED where its 997 rejects it.

        Raises NotFound where nothing was ever sent under `ref`, and the errors of `submit`.
        """
        with self.store.transaction() as rows:
            ledger = self._ledger(rows)
            order = ledger.sent("new", ref)
            fulfilment = rows.fulfilment(order.order_id) if order else None
        if order is None or fulfilment is None or fulfilment.request is None or self.find(ref) is None:
            raise NotFound(f"no 940 was ever sent for {ref}", system="gxo", context={"order": ref})
        if order.state == REJECTED:
            return CancelAnswer(Answer.DONE, f"the site could not read the order: {order.reason}", "rejected")
        asked = self._send("cancel", fulfilment.request)
        if asked.state == REJECTED:
            return CancelAnswer(Answer.REFUSED, f"the site could not read the 940: {asked.reason}")
        return CancelAnswer(Answer.PENDING, _ASKED.format(control=asked.control), "cancel_requested")

    def change(self, request: FulfilmentRequest, version: int) -> Acknowledgement:
        """Replace the order by a 940 with W0501 R; the same content again is a no-op.

        Raises Conflict where a 945 came already or the site was told another version, and as `submit` does.
        """
        with self.store.transaction() as rows:
            ledger = self._ledger(rows)
            order, shipped = ledger.sent("new", request.ref), ledger.shipped(request.ref)
        if order is None or not order.has_left or order.state == REJECTED:
            raise NotFound(
                f"the site has no order {request.ref}", system="gxo", context={"order": request.ref}
            )
        if order.digest == self._content("new", request):
            return Acknowledgement(request.ref, "submitted", order.version)
        if shipped or order.version != version:
            why = "a 945 has come for it" if shipped else f"it is at version {order.version}, not {version}"
            raise Conflict(
                f"order {request.ref} cannot be changed any more: {why}",
                system="gxo",
                context={"order": request.ref},
            )
        self._send("change", request, version + 1)
        return Acknowledgement(request.ref, "submitted", version + 1)

    def shipments(self, cursor: str) -> ShipmentPage:
        """The files that came, a page at a time. What `cursor` names is recorded: it is answered by 997 and
        archived now, not before."""
        return self._inbox.page(cursor)

    def unknown_skus(self, skus: Collection[str]) -> frozenset[str]:
        """Those that are not among `items`. Raises Conflict where the site told none, see `facts`."""
        if self.items is None:
            raise Conflict("this site has no item master to ask, and told no items", system="gxo")
        return frozenset(skus) - self.items

    def close(self) -> None:
        """Release the connections of the drop."""
        self.drop.close()

    # One interchange --------------------------------------------------------------------------------------

    def _send(self, purpose: Purpose, request: FulfilmentRequest, version: int = 1) -> Sent:
        digest = self._content(purpose, request)
        sent = self._intend(purpose, request, digest, version)
        if sent.has_left:
            return sent
        if sent.state == INTENDED:
            self.drop.stage(sent.name, self._interchange(purpose, request, sent))
            sent = self._mark(sent, STAGED)
        if not self.drop.publish(sent.name) and not self.drop.has_left(sent.name):
            self._again(sent)
            raise overtaken(sent)
        # Whether this rename or one before it moved the file: it has left, once.
        return self._mark(sent, PUBLISHED)

    def _intend(self, purpose: Purpose, request: FulfilmentRequest, digest: str, version: int) -> Sent:
        """What to send under which number, fixed before anything is written."""
        with self.store.transaction() as rows:
            ledger = self._ledger(rows)
            known = ledger.sent(purpose, request.ref)
            if known is None or _may_follow(known, digest):
                return self._fresh(ledger, purpose, request, digest, version)
        if known.has_left and known.digest != digest and purpose == "new":
            raise _other_content(known)
        return known if known.has_left or known.digest == digest else self._instead(known, digest)

    def _fresh(
        self, ledger: Ledger, purpose: Purpose, request: FulfilmentRequest, digest: str, version: int
    ) -> Sent:
        control, now = ledger.next_control(), self.clock.now()
        sent = Sent(purpose, request.ref, request.order_id, control, digest, now, version=version)
        return ledger.begin(sent)

    def _again(self, sent: Sent) -> None:
        """The file was withdrawn for another content that then did not follow: a new attempt may begin."""
        with self.store.transaction() as rows:
            fresh = evolve(sent, state=INTENDED, at=self.clock.now(), attempt=sent.attempt + 1)
            self._ledger(rows).replace(sent, fresh)

    def _instead(self, known: Sent, digest: str) -> Sent:
        """Other content than an earlier attempt had; that one never left, or this must not."""
        if known.state == STAGED and not self.drop.withdraw(known.name):
            raise _other_content(self._mark(known, PUBLISHED))
        with self.store.transaction() as rows:
            fresh = evolve(
                known, digest=digest, state=INTENDED, at=self.clock.now(), attempt=known.attempt + 1
            )
            return self._ledger(rows).replace(known, fresh)

    def _mark(self, sent: Sent, state: str) -> Sent:
        with self.store.transaction() as rows:
            ledger = self._ledger(rows)
            now = ledger.sent(sent.purpose, sent.ref)
            if now is not None and now.has_left and now.control == sent.control:
                if now.digest != sent.digest:
                    raise _other_content(now)
                return now  # a worker beside us, or already a 997
            marked = ledger.replace(sent, evolve(sent, state=state))
            if state == PUBLISHED and sent.purpose == "change":
                self._note_change(ledger, sent)
            return marked

    def _note_change(self, ledger: Ledger, sent: Sent) -> None:
        order = ledger.sent("new", sent.ref)
        if order is not None:
            ledger.put(evolve(order, digest=sent.digest, version=sent.version))

    def _content(self, purpose: Purpose, request: FulfilmentRequest) -> str:
        """The digest of what the 940 says, whatever its number. Raises Invalid."""
        try:
            written = write_940(request, self.site.profile, control=1, purpose=purpose)
        except X12Error as error:
            problems = tuple(f"{finding.code}: {finding.message}" for finding in error.findings)
            told = f"order {request.identifier} cannot be written as X12: " + "; ".join(problems)
            raise Invalid(told, problems=problems, code=error.code, system="gxo") from None
        # W0501 tells new from change; the same order is the same content under either.
        status, *body = (segment.parts() for segment in written.segments)
        return hashlib.sha256(repr((purpose == "cancel", status[2:], *body)).encode()).hexdigest()

    def _interchange(self, purpose: Purpose, request: FulfilmentRequest, sent: Sent) -> bytes:
        profile = self.site.profile
        written = write_940(request, profile, control=sent.control, purpose=purpose)
        interchange = wrap(
            [written],
            sender=self.site.us,
            receiver=self.site.them,
            control=sent.control,
            now=sent.at,
            version=profile.release,
            usage=self.site.usage,
            separators=profile.separators,
        )
        return x12.dump([interchange])

    def _ledger(self, rows: Transaction) -> Ledger:
        return Ledger(rows, self.prefix)


def _may_follow(known: Sent, digest: str) -> bool:
    """Whether a further 940 of that purpose may go out: after one that the site could not read, or as the
    next change. A cancellation is asked for once."""
    if known.purpose == "cancel":
        return False
    return known.state == REJECTED or (
        known.purpose == "change" and known.has_left and known.digest != digest
    )


def _other_content(known: Sent) -> Conflict:
    told = (
        f"the site has order {known.ref} with other content, sent under control number {known.control}; "
        "it is changed or cancelled there, not sent again"
    )
    return Conflict(told, system="gxo", context={"order": known.ref})
