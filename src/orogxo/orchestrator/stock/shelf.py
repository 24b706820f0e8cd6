"""OroCommerce's rows as the projection sees them: what one unit takes, and which rows must be left alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import frozen

from orogxo.errors import MappingError
from orogxo.model import InventoryLevel, Product, ProductUnit, SellingTerms, plain
from orogxo.orchestrator.stock.facts import Shop, Tables
from orogxo.orchestrator.stock.pool import NONE
from orogxo.orchestrator.stock.sell_rows import SellRow
from orogxo.rules import Violation
from orogxo.rules.violations import violated


@frozen
class Row:
    """One row. `sell` None: nobody knows what one unit of it takes. `draws`: the pools that it draws on, as
    far as is known. `alone`: it is left as it is."""

    level: InventoryLevel
    sell: SellRow | None
    draws: frozenset[str]
    alone: bool = False

    def offers(self, shown: Fraction) -> Fraction:
        """How many units buyers may order while it shows `shown`; never less."""
        return self.sell.buyable(shown) if self.sell else max(shown, NONE)


@frozen
class Shelf:
    """All rows of some SKUs, what is wrong with them by SKU, and by SKU why its rows may not be raised.

    `loose`: by pool, why nobody knows how much buyers may take of it through some row.
    """

    rows: tuple[Row, ...]
    problems: Mapping[str, tuple[Violation, ...]]
    barred: Mapping[str, str]
    loose: Mapping[str, str]


def shelf(shop: Shop, tables: Tables) -> Shelf:
    """The rows of `shop`. Nothing is raised: what cannot be known becomes a problem of its SKU."""
    rows: list[Row] = []
    problems: dict[str, tuple[Violation, ...]] = {}
    barred: dict[str, str] = {}
    loose: dict[str, str] = {}
    for sku in shop.skus:
        if sku not in shop.levels and sku not in shop.products:
            continue
        reading = _Reading(sku, shop, tables)
        here = list(reading.rows())
        terms = list(_terms(sku, shop.terms.get(sku)))
        rows += here
        if terms:
            barred[sku] = terms[0].message
        unbound = [one for one in terms if one.code != "STOCK_PRODUCT_DISABLED"]
        for row in here:
            if row.level.quantity > 0 and (row.sell is None or unbound):
                why = unbound[0].message if unbound else reading.told
                loose |= dict.fromkeys(row.draws, f"{sku} in {row.level.unit!r} may sell any amount: {why}")
        if found := (*reading.problems, *terms):
            problems[sku] = found
    return Shelf(tuple(rows), problems, barred, loose)


def _terms(sku: str, terms: SellingTerms | None) -> Iterator[Violation]:
    """Why the rows of this SKU may not be raised: OroCommerce would not hold buyers to them."""
    if terms is None:
        terms = SellingTerms(sku)
    wanted = {
        "manage inventory": (terms.manage, True),
        "decrement inventory": (terms.decrement, True),
        "back orders": (terms.back_order, False),
    }
    unknown = [name for name, (value, _) in wanted.items() if value is None]
    unknown += ["inventory threshold"] if terms.threshold is None else []
    if unknown:
        told = f"OroCommerce does not show how {sku} is sold ({', '.join(unknown)}), and nobody declared it"
        yield Violation("STOCK_TERMS_UNKNOWN", "terms", told, tuple(unknown))
    wrong = [name for name, (value, right) in wanted.items() if value is not None and value is not right]
    if wrong:
        told = f"buyers of {sku} are not held to its rows: {', '.join(f'{name} is set so' for name in wrong)}"
        yield Violation("STOCK_ROWS_BIND_NOTHING", "terms", told, tuple(wrong))
    if not terms.enabled:
        told = f"{sku} is disabled in OroCommerce: its rows are lowered with its stock, and not raised"
        yield Violation("STOCK_PRODUCT_DISABLED", "status", told)


class _Reading:
    """Reads the rows of one SKU; collects what is wrong with them."""

    def __init__(self, sku: str, shop: Shop, tables: Tables) -> None:
        self.sku, self.shop, self.tables = sku, shop, tables
        self.problems: list[Violation] = []
        self.told = ""
        self.product: Product | None = shop.products.get(sku)
        self.terms = shop.terms.get(sku) or SellingTerms(sku)
        self.is_kit = sku in shop.kits or self.terms.is_kit or bool(self.product and self.product.is_kit)

    def rows(self) -> Iterator[Row]:
        levels = self.shop.levels.get(self.sku, ())
        units = {unit.code: unit for unit in self.product.units} if self.product else {}
        held = [level.unit for level in levels]
        for level in levels:
            unit = units.get(level.unit)
            strange = unit is None or held.count(level.unit) > 1
            sell = self._sell(level.unit, unit)
            if strange:
                self._strange(level, twice=unit is not None)
            yield Row(level, sell, self._draws(sell), alone=strange or sell is None)
        missing = [code for code, unit in units.items() if unit.sell and code not in held]
        if missing:
            told = f"OroCommerce keeps no stock of {self.sku} in {', '.join(missing)}, though it is sold so"
            self.problems.append(Violation("STOCK_LEVEL_MISSING", "levels", told, tuple(missing)))

    def _strange(self, level: InventoryLevel, *, twice: bool) -> None:
        why = "there are two rows of it" if twice else "the product does not come in it"
        told = f"the row of {self.sku} in {level.unit!r} shows {plain(level.quantity)}, but {why}: it is left"
        self.problems.append(Violation("STOCK_LEVEL_STRANGE", f"levels[{level.id}]", told))

    def _draws(self, sell: SellRow | None) -> frozenset[str]:
        if sell is not None:
            return frozenset(sell.takes)
        return self.shop.kits.get(self.sku, frozenset()) if self.is_kit else frozenset({self.sku})

    def _sell(self, code: str, unit: ProductUnit | None) -> SellRow | None:
        try:
            return SellRow(
                self.sku,
                code,
                self._takes(code),
                step=Fraction(1, 10 ** (unit.precision if unit else 0)),
                threshold=self.terms.threshold or NONE,
                sellable=unit is None or unit.sell,
                primary=bool(self.product and self.product.units and self.product.units[0].code == code),
            )
        except MappingError as error:
            self.problems.append(violated(error, f"levels[{code}]"))
            self.told = error.message
            return None

    def _takes(self, code: str) -> Mapping[str, Fraction]:
        units = self.tables.units
        if not self.is_kit:
            return {self.sku: units.factor(self.sku, code)}
        kit, first = self.terms.kit, self.product.units[0].code if self.product else code
        if not kit:
            raise MappingError(
                f"nobody can tell how much of its components one kit {self.sku} may take at most",
                code="STOCK_KIT_UNKNOWN",
                path="kit",
                hint="let the API user view the kit's items, each with a maximum quantity",
            )
        kits = units.factor(self.sku, code) / units.factor(self.sku, first)
        return {sku: units.to_base(sku, part).amount * kits for sku, part in kit.items()}


def drawn(rows: Iterable[Row]) -> frozenset[str]:
    """Every pool that these rows draw on."""
    return frozenset().union(*(row.draws for row in rows))
