"""The catalogue that both ends share: customers, products, their units, and the twin's own arithmetic.

The arithmetic here is written a second time on purpose: the judge must not share a mistake with the product.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from attrs import define, field, frozen

UOM_OF_UNIT = {
    "item": "EA",
    "each": "EA",
    "piece": "EA",
    "set": "SET",
    "kg": "KGM",
    "case": "CS",
    "pallet": "PF",
}
CARRIERS = {
    "ups_3:03": ("UPS", "GROUND", "UPSN"),
    "ups_3:01": ("UPS", "NEXT_DAY", "UPSN"),
    "flat_rate_1": ("FEDX", "STD", "FDEG"),
    "fedex_4": ("FEDX", "GROUND", "FDEG"),
}
WAIVED_PO = "PO-WAIVED"


@frozen
class Customer:
    """A buyer in OroCommerce, by its id there; `parent` is another customer's id."""

    id: str
    name: str
    parent: str | None = None


@frozen
class Unit:
    """A selling unit of a product: its OroCommerce code and how many primary units one of it is."""

    code: str
    rate: Decimal | None
    precision: int = 0


@define
class Product:
    """A product as both ends may know it; the first unit is the primary one.

    `kit` lists the components of one kit (SKU, quantity, unit); `in_gxo`: the item master has it.
    """

    sku: str
    name: str
    units: tuple[Unit, ...]
    kit: tuple[tuple[str, Decimal, str], ...] = ()
    price: Decimal = Decimal("9.99")
    in_gxo: bool = True
    id: str = field(default="", kw_only=True)

    def rate(self, code: str | None) -> Fraction | None:
        """How many primary units one `code` is; None where OroCommerce gives no rate."""
        rates = [unit.rate for unit in self.units if unit.code == code]
        return Fraction(rates[0]) if rates and rates[0] else None

    @property
    def base(self) -> Unit:
        """The unit that the warehouse counts in: the smallest with a whole rate, either way round."""
        usable = [unit for unit in self.units if unit.rate and _whole_either_way(Fraction(unit.rate))]
        return min(usable, key=lambda unit: unit.rate or 0)

    @property
    def uom(self) -> str:
        """The warehouse's code of that unit (UN/ECE Recommendation 20); EA where it has none."""
        return UOM_OF_UNIT.get(self.base.code, "EA")

    def eaches(self, quantity: Decimal | None, code: str | None) -> Fraction | None:
        """`quantity` of unit `code` counted in base units; None when that cannot be known."""
        rate, base = self.rate(code), self.rate(self.base.code)
        if quantity is None or rate is None or base is None:
            return None
        return Fraction(quantity) * rate / base

    def uoms(self) -> dict[str, Fraction]:
        """The uoms that the item master allows for this SKU, with their size in base units.

        Only pieces and kilograms: a warehouse does not pick `case` by name, a case is so many pieces to it.
        """
        known = {"EA", "KGM", self.uom}
        sizes = {UOM_OF_UNIT.get(unit.code): self.eaches(Decimal(1), unit.code) for unit in self.units}
        return {uom: size for uom, size in sizes.items() if uom in known and size is not None} or {
            self.uom: Fraction(1)
        }


def _whole_either_way(rate: Fraction) -> bool:
    return rate.denominator == 1 or rate.numerator == 1


def _units(*pairs: tuple[str, str | None], precision: int = 0) -> tuple[Unit, ...]:
    return tuple(Unit(code, None if rate is None else Decimal(rate), precision) for code, rate in pairs)


@define
class World:
    """Customers and products, by id and by SKU."""

    customers: dict[str, Customer] = field(factory=dict)
    products: dict[str, Product] = field(factory=dict)

    def add(self, product: Product) -> Product:
        """Put a product into the catalogue. Raises ValueError if the SKU is taken."""
        if product.sku in self.products:
            raise ValueError(f"the catalogue has {product.sku} already")
        product.id = str(len(self.products) + 1)
        self.products[product.sku] = product
        return product

    def customer(self, wanted: str | int | None) -> Customer | None:
        """A customer by name or id. Raises KeyError when there is none."""
        if wanted is None:
            return None
        for customer in self.customers.values():
            if str(wanted) in {customer.id, customer.name}:
                return customer
        raise KeyError(f"no customer {wanted!r}")


def default_world() -> World:
    """The world of the recordings, with two SKUs more whose rates nobody can use as they stand."""
    world = World()
    for customer in (
        Customer("1", "Northwind Group"),
        Customer("2", "Northwind Retail GmbH", parent="1"),
        Customer("3", "Solo Shop Ltd"),
    ):
        world.customers[customer.id] = customer
    kit = (("WIDGET-001", Decimal(1), "item"), ("WIDGET-002", Decimal(2), "item"))
    sheet = (Unit("item", Decimal(1)), Unit("kg", Decimal("0.25"), precision=3))
    for product in (
        Product("WIDGET-001", "Blue Widget", _units(("item", "1"), ("case", "12"), ("pallet", "480"))),
        Product("WIDGET-002", "Red Widget", _units(("item", "1"), ("case", "24"))),
        Product("GADGET-100", "Gadget 100", _units(("case", "1"), ("item", "0.1"))),
        Product("SHEET-7", "Steel sheet", sheet),
        Product("BOLT-M8-50", 'Bolt, M8 "50" – überlang', _units(("item", "1"), ("pallet", "1000"))),  # noqa: RUF001
        Product("KIT-1", "Starter kit", _units(("item", "1")), kit=kit, in_gxo=False),
        Product("ODD-333", "Odd pack", _units(("item", "1"), ("third", "0.333333"))),
        Product("NULL-1", "Unrated pack", _units(("item", "1"), ("case", None))),
        Product("NOITEM-1", "Unlisted widget", _units(("item", "1")), in_gxo=False),
    ):
        world.add(product)
    return world


def config_toml() -> str:
    """The mapping settings for this world, as TOML; ODD-333 and NULL-1 stay undeclared on purpose."""
    tables = ['[release]\nauthorised = ["open"]']
    for method, (carrier, service, scac) in CARRIERS.items():
        tables.append(f'[carriers."{method}"]\ncarrier = "{carrier}"\nservice = "{service}"\nscac = "{scac}"')
    tables.append(f'[purchase_orders]\nwaived_value = "{WAIVED_PO}"')
    base_units = ("item", "each", "piece", "kg")
    tables.append("[uoms]\n" + "\n".join(f'{code} = "{UOM_OF_UNIT[code]}"' for code in base_units))
    return "\n\n".join(tables) + "\n"
