"""Stock: which fulfilments changed, what orders claim, and what the warehouse told of them."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from orogxo.errors import StoreError
from orogxo.model import Claim, Left, OrderNews, State
from orogxo.ports import Store
from orogxo.testing.store_contract.base import MINUTE, NOW, Stop, StoreTests, fulfilment, stop_after
from orogxo.testing.store_contract.stock_base import due, settle

DAY = dt.timedelta(days=1)


def claim(order_id: str = "7", sku: str = "WIDGET", amount: Any = 5, **fields: Any) -> Claim:
    """What an order that was sent takes."""
    return evolve(Claim(order_id, "L1", sku, Fraction(amount), f"ORD-{order_id}"), **fields)


def done(order_id: str, at: dt.datetime, **fields: Any) -> Claim:
    """A claim that every figure from `at` on knows."""
    return claim(order_id, left=(Left("S", Fraction(5), at),), closed=True, **fields)


def news(name: str = "n1", order_id: str = "7", state: str = "accepted", at: dt.datetime = NOW) -> OrderNews:
    """What the warehouse tells of an order."""
    return OrderNews(name, f"ORD-{order_id}", state, at)


class ClaimContract(StoreTests):
    """`orogxo.ports.stock.ClaimRows`."""

    def test_fulfilments_in_the_order_of_their_last_save(self, store: Store) -> None:
        """One saved twice shows once; pages follow each other; a reader goes on where it stopped."""
        with store.transaction() as tx:
            saved = {order_id: tx.save(fulfilment(order_id)) for order_id in ["9", "10", "8"]}
            saved["9"] = tx.save(evolve(saved["9"], state=State.READY))
        with store.transaction() as tx:
            first = list(tx.fulfilments_changed(0, 2))
            rest = list(tx.fulfilments_changed(first[-1][0], 2))
            assert [one for _, one in first + rest] == [saved["10"], saved["8"], saved["9"]]
            assert [number for number, _ in first + rest] == [2, 3, 4]
            assert not tx.fulfilments_changed(4, 9)
            assert not tx.fulfilments_changed(0, 0)
            tx.save(saved["10"])
            assert [(number, one.order_id) for number, one in tx.fulfilments_changed(4, 9)] == [(5, "10")]

    def test_rolled_back_save_has_no_number(self, store: Store) -> None:
        """The next one gets it."""
        with pytest.raises(Stop), store.transaction() as tx:
            stop_after(tx.save(fulfilment()))
        with store.transaction() as tx:
            assert not tx.fulfilments_changed(0, 9)
            tx.save(fulfilment("8"))
            assert [number for number, _ in tx.fulfilments_changed(0, 9)] == [1]

    def test_claims_are_read_back_by_sku(self, store: Store) -> None:
        """Every field exactly, by order and line; more SKUs and orders than one statement takes."""
        left = (Left("S", Fraction(2), NOW), Left("T", Fraction(1)))
        full = claim(amount=Fraction(1, 3), left=left, unclear=True)
        many = {f"x{number}": [claim(f"x{number}", f"SKU-{number}")] for number in range(1200)}
        with store.transaction() as tx:
            tx.put_claims({"8": [claim("8", line="L2"), claim("8")], "7": [full], **many}, now=NOW)
            assert tx.claims(["WIDGET", "unknown"]) == {
                "WIDGET": (full, claim("8", line="L2"), claim("8"))
            }  # fmt: skip
            assert len(tx.claims([f"SKU-{number}" for number in range(1200)])) == 1200

    def test_claims_of_an_order_are_replaced_whole(self, store: Store) -> None:
        """Lines that it no longer has are gone; other orders keep theirs."""
        with store.transaction() as tx:
            tx.put_claims({"7": [claim(), claim(sku="GADGET")], "8": [claim("8")]}, now=NOW)
            tx.put_claims({"7": [claim(sku="GADGET", amount=1)]}, now=NOW)
            assert tx.claims(["WIDGET", "GADGET"]) == {
                "WIDGET": (claim("8"),), "GADGET": (claim(sku="GADGET", amount=1),)
            }  # fmt: skip
            tx.put_claims({"7": [], "8": []}, now=NOW)
            assert not tx.claims(["WIDGET", "GADGET"])

    def test_only_skus_whose_claims_differ_fall_due(self, store: Store) -> None:
        """On the old side or the new one; the same claims, in another order too, make nothing due."""
        mine = [claim(), claim(sku="GADGET"), claim(sku="KIT")]
        with store.transaction() as tx:
            tx.put_claims({"7": mine}, now=NOW)
            assert due(tx) == ["GADGET", "KIT", "WIDGET"]
        settle(store)
        with store.transaction() as tx:
            tx.put_claims({"7": mine}, now=NOW)
            tx.put_claims({"7": mine[::-1], "8": []}, now=NOW)
            assert not due(tx)
            tx.put_claims({"7": [claim(), claim(sku="GADGET", amount=6), claim(sku="NEW")]}, now=NOW)
            assert due(tx) == ["GADGET", "KIT", "NEW"]

    def test_unclear_claims(self, store: Store) -> None:
        """A claim on a SKU that nobody knows is found apart, and "" never falls due."""
        unknown = claim(sku="", unclear=True)
        with store.transaction() as tx:
            assert not tx.unclear_claims()
            tx.put_claims({"7": [unknown, claim()]}, now=NOW)
            assert list(tx.unclear_claims()) == [unknown]
            assert due(tx) == ["WIDGET"]

    def test_claim_under_another_order_is_refused(self, store: Store) -> None:
        """It could never be replaced."""
        with store.transaction() as tx:
            with pytest.raises(StoreError, match="order 8"):
                tx.put_claims({"7": [claim()], "8": [claim("7")]}, now=NOW)
            assert not tx.claims(["WIDGET"])

    def test_claims_that_every_figure_knows_are_dropped(self, store: Store) -> None:
        """Strictly before the instant; what is open, unclear or of unknown time stays."""
        stay = [
            claim("1"),
            done("2", NOW),
            done("3", NOW - DAY, unclear=True),
            done("4", NOW - DAY, amount=6),
        ]
        with store.transaction() as tx:
            tx.put_claims({one.order_id: [one] for one in stay}, now=NOW)
            tx.put_claims({"5": [done("5", NOW - MINUTE)], "6": [done("6", NOW - DAY), claim("6")]}, now=NOW)
            tx.settle(tx.due("", 9))
            assert tx.drop_claims(NOW) == 2
            assert tx.drop_claims(NOW) == 0
            assert list(tx.claims(["WIDGET"])["WIDGET"]) == [*stay, claim("6")]
            assert not due(tx)

    def test_news_are_read_back_in_order(self, store: Store) -> None:
        """Of time, then of id, however they come; the same id counts once, whatever else it says."""
        told = [news("b", at=NOW + MINUTE), evolve(news("c"), seq=7), news("a", state="rejected")]
        told.append(news("d", "8"))
        with store.transaction() as tx:
            assert tx.put_news([*told, news("b", state="shipped")], now=NOW) == 4
            assert tx.put_news([news("a", state="shipped"), news("e")], now=NOW) == 1
            found = tx.news(["ORD-7", "ORD-8", "unknown"])
        assert found == {"ORD-7": (told[2], told[1], news("e"), told[0]), "ORD-8": (told[3],)}

    def test_new_news_make_due_what_the_order_claims(self, store: Store) -> None:
        """And nothing else: no other order, no SKU that nobody knows, nothing for what is known already."""
        unsent = claim("9", "UNSENT", ref="")
        with store.transaction() as tx:
            tx.put_claims(
                {"7": [claim(), claim(sku="")], "8": [claim("8", "GADGET")], "9": [unsent]}, now=NOW
            )
            tx.settle(tx.due("", 9))
            tx.put_news([news(), OrderNews("x", "", "accepted", NOW)], now=NOW)
            assert due(tx) == ["WIDGET"]
            tx.settle(tx.due("", 9))
            assert tx.put_news([news()], now=NOW) == 0
            assert not due(tx)

    def test_news_go_with_the_last_claim(self, store: Store) -> None:
        """An order with a claim left keeps all of its news."""
        with store.transaction() as tx:
            tx.put_claims({"7": [done("7", NOW - DAY)], "8": [done("8", NOW - DAY), claim("8")]}, now=NOW)
            tx.put_news([news("1"), news("2", "8")], now=NOW)
            assert tx.drop_claims(NOW) == 2
            assert tx.news(["ORD-7", "ORD-8"]) == {"ORD-8": (news("2", "8"),)}

    def test_news_may_come_before_the_claim(self, store: Store) -> None:
        """They wait for it a week."""
        early, late = news("1", "7", at=NOW), news("2", "8", at=NOW + MINUTE)
        with store.transaction() as tx:
            tx.put_news([early, late], now=NOW)
            tx.drop_claims(NOW + 7 * DAY)
            assert tx.news(["ORD-7", "ORD-8"]) == {"ORD-7": (early,), "ORD-8": (late,)}
            tx.drop_claims(NOW + 7 * DAY + MINUTE)
            assert tx.news(["ORD-7", "ORD-8"]) == {"ORD-8": (late,)}
            tx.put_claims({"8": [claim("8")]}, now=NOW)
            tx.drop_claims(NOW + 99 * DAY)
            assert tx.news(["ORD-8"]) == {"ORD-8": (late,)}
