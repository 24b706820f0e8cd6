"""The warehouse's figure of a SKU: rows and movements in eaches, ties, sites, and what is refused by name."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orogxo.errors import MappingError
from orogxo.model import Quantity, StockMovement, StockRow
from orogxo.orchestrator.stock.pool import Figure, FigureTerms, figure

SKU = "WIDGET-001"
AS_OF = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
BEFORE, AFTER = AS_OF - SECOND, AS_OF + SECOND
AVAILABLE = FigureTerms("less_accepted")


def eaches(quantity: Quantity) -> Fraction:
    return quantity.amount * {"EA": 1, "CS": 12}[quantity.unit]


def row(amount: int = 100, **changes: object) -> StockRow:
    return evolve(StockRow(SKU, "available", Quantity(amount, "EA"), "GXO-1"), **changes)


def moved(change: int, at: dt.datetime = AFTER, reference: str = "", **more: object) -> StockMovement:
    """`change` eaches in or out of what is available."""
    ways = ("available", "") if change < 0 else ("", "available")
    amount = Quantity(abs(change), "EA")
    movement = StockMovement(
        f"M{change}{at}{reference}", at, SKU, amount, *ways, "other", reference=reference
    )
    return evolve(movement, **more)


def counted(rows: list[StockRow], *movements: StockMovement, terms: FigureTerms = AVAILABLE) -> Figure:
    return figure(SKU, rows, movements, as_of=AS_OF, terms=terms, to_base=eaches)


def test_lots_and_cases_add_up_in_eaches_and_other_statuses_do_not_count():
    rows = [
        row(5, lot="A"),
        row(7, lot="B"),
        row(quantity=Quantity(2, "CS")),
        row(50, status="hold"),
        row(-3, status="damaged"),
    ]
    assert counted(rows).amount == 5 + 7 + 24


def test_several_statuses_make_up_a_figure_where_the_site_says_so():
    terms = FigureTerms("on_hand", statuses=("available", "allocated"))
    rows = [row(60), row(40, status="allocated")]
    allocated = evolve(moved(-10), to_status="allocated")
    assert counted(rows, allocated, moved(-5), terms=terms).amount == 95, "from one to the other is no change"


def test_a_sku_that_a_complete_snapshot_does_not_have_is_not_there():
    assert counted([]) == Figure(SKU, Fraction(0), AS_OF, {})


def test_only_movements_after_the_figure_change_it():
    found = counted([row()], moved(-5, BEFORE), moved(3, BEFORE), moved(-7, AFTER), moved(20, AFTER))
    assert found.amount == 100 - 7 + 20


def test_in_the_very_second_of_the_figure_goods_that_left_count_and_goods_that_came_do_not():
    assert counted([row()], moved(-5, AS_OF)).amount == 95
    assert counted([row()], moved(+5, AS_OF), moved(+1, AS_OF)).amount == 100


@pytest.mark.parametrize("end", [AS_OF, AS_OF + DAY / 2])
def test_a_movement_that_only_names_the_day_of_the_figure_is_a_tie(end: dt.datetime):
    day = {"earliest": AS_OF - DAY / 2}
    assert counted([row()], moved(-5, end, **day), moved(9, end, **day)).amount == 95


def test_a_movement_of_another_day_is_no_tie():
    yesterday, tomorrow = AS_OF - DAY, AS_OF + DAY
    first = moved(9, tomorrow, earliest=AFTER)
    assert counted([row()], moved(-5, yesterday, earliest=yesterday - DAY), first).amount == 109


def test_what_moved_is_kept_by_reference_in_eaches_goods_put_back_included():
    case = evolve(moved(-2, reference="17"), quantity=Quantity(2, "CS"))
    found = counted([row()], case, moved(4, reference="17"), moved(-1, reference="S-1"), moved(6))
    assert (found.amount, found.moved) == (100 - 24 + 4 - 1 + 6, {"17": 20, "S-1": 1})


def test_what_did_not_count_has_not_moved_either():
    assert counted([row()], moved(4, AS_OF, "17"), moved(-4, BEFORE, "17")).moved == {}


@given(
    st.lists(
        st.tuples(st.integers(-9, 9).filter(bool), st.integers(-2, 2), st.sampled_from(["", "17", "S-1"])),
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_neither_the_order_nor_the_repetition_of_movements_matters(news, chance):
    movements = [
        moved(change, AS_OF + second * SECOND, ref, id=f"M{n}")
        for n, (change, second, ref) in enumerate(news)
    ]
    again = movements + chance.choices(movements, k=4) if movements else []
    chance.shuffle(again)
    assert counted([row()], *again) == counted([row()], *movements)


def test_two_sites_may_each_have_a_movement_of_one_id():
    terms = FigureTerms("on_hand", sites=("GXO-1", "GXO-2"))
    assert counted([row()], *(moved(-5, site=site, id="1") for site in terms.sites), terms=terms).amount == 90


def test_less_than_nothing_is_refused_by_name_even_beside_enough():
    with pytest.raises(MappingError) as caught:
        counted([row(), row(-1, lot="B")])
    error = caught.value
    assert (error.code, error.path, error.value) == ("STOCK_NEGATIVE", "quantity", "-1 EA")
    assert error.context == {"sku": SKU, "status": "available"}
    assert counted([row(0)]).amount == 0


# Sites ------------------------------------------------------------------------------------------------------


def test_a_sku_at_two_sites_waits_for_somebody_to_say_which_ones_ship():
    rows = [row(60), row(40, site="GXO-2")]
    with pytest.raises(MappingError) as caught:
        counted(rows)
    error = caught.value
    assert (error.code, error.path, error.value) == ("STOCK_SITES_UNDECIDED", "site", "GXO-1, GXO-2")
    assert (error.context, error.hint[:21]) == ({"sku": SKU}, "name in the settings ")
    assert counted(rows, terms=FigureTerms("on_hand", sites=("GXO-2",))).amount == 40
    assert counted(rows, terms=FigureTerms("on_hand", sites=("GXO-1", "GXO-2"))).amount == 100
    assert counted([row(60), row(40, site="GXO-2", status="hold")]).amount == 60


def test_goods_that_come_in_at_a_second_site_are_not_added_to_the_first():
    with pytest.raises(MappingError, match="STOCK_SITES_UNDECIDED"):
        counted([row()], moved(20, site="GXO-2"))
    assert counted([row()], moved(20, BEFORE, site="GXO-2")).amount == 100
    assert counted([row()], moved(20, site="GXO-1"), moved(-5)).amount == 115
    held = moved(20, site="GXO-2", to_status="hold", quantity=Quantity(20, "XX"))
    assert counted([row()], held).amount == 100, "what is not for sale decides nothing, in whatever unit"
    with pytest.raises(MappingError, match=r"\(not named\)"):
        counted([row(), row(site="")])


def test_where_sites_are_declared_a_movement_that_names_none_counts_where_it_lowers():
    terms = FigureTerms("on_hand", sites=("GXO-1",))
    rows = [row(), row(40, site="GXO-2")]
    movements = [moved(-5), moved(20), moved(-7, site="GXO-2"), moved(3, site="GXO-1")]
    assert counted(rows, *movements, terms=terms).amount == 100 - 5 + 3
    assert counted([row(-1, site="GXO-2"), row()], terms=terms).amount == 100, (
        "not ours to sell, nor to judge"
    )
