"""The exception codes of stock: rows of the rule table (`orogxo.rules.registry`), which joins them."""

from __future__ import annotations

from orogxo.model.exceptions import Owner
from orogxo.rules.table import Rule

_MEANING = "We are checking how much of this item is available."

STOCK: tuple[Rule, ...] = (
    Rule(
        "STOCK_TERMS_MISSING", Owner.OPS, "mapping",
        "Agree with the warehouse what its figures mean and declare it: [stock] figures.", _MEANING,
    ),
    Rule(
        "STOCK_NO_FIGURE", Owner.OPS, "warehouse",
        "Have the warehouse send a complete snapshot of its stock; until then no row is written.", _MEANING,
    ),
    Rule(
        "STOCK_BEFORE_GO_LIVE", Owner.OPS, "mapping",
        "Finish the orders from before go-live, then declare it: [stock] before_go_live_open = false.",
        _MEANING,
    ),
    Rule(
        "STOCK_SNAPSHOT_INCOMPLETE", Owner.OPS, "warehouse",
        "Pages of a snapshot are missing; the figures before it stand. Have it sent again.", _MEANING,
    ),
    Rule(
        "STOCK_FIGURE_UNREADABLE", Owner.IT, "warehouse",
        "Read the evidence and have the warehouse correct the row; its rows stay until the next snapshot.",
        _MEANING,
    ),
    Rule(
        "STOCK_MOVEMENT_UNREADABLE", Owner.IT, "warehouse",
        "Read the evidence. The SKU is not raised until the next complete snapshot heals the loss.", _MEANING,
    ),
    Rule(
        "STOCK_NEWS_UNREADABLE", Owner.IT, "warehouse",
        "An event of an order was lost: look what it was, then acknowledge. Until then events prove nothing.",
        _MEANING,
    ),
    Rule(
        "STOCK_FEED_FAILED", Owner.IT, "warehouse",
        "The warehouse's feed cannot be read. Rows are lowered by orders and not raised meanwhile.", _MEANING,
    ),
    Rule(
        "STOCK_PUSH_FAILED", Owner.IT, "it",
        "The push stopped. Read the evidence, cure the cause; the next run takes it up.", _MEANING,
    ),
    Rule(
        "STOCK_NEGATIVE", Owner.OPS, "warehouse",
        "The warehouse counts less than nothing: have it counted. The rows stay as they are.", _MEANING,
    ),
    Rule(
        "STOCK_SITES_UNDECIDED", Owner.OPS, "mapping",
        "Name in the settings the sites whose stock may be sold: [stock] sites.", _MEANING,
    ),
    Rule(
        "STOCK_UNIT_UNKNOWN", Owner.OPS, "mapping",
        "Add the warehouse's unit code to the uoms table and the unit to the units file.", _MEANING,
    ),
    Rule(
        "STOCK_DEMAND_UNKNOWN", Owner.OPS, "orocommerce",
        "Settle the orders named: nobody knows how much they take, so the SKU is not raised.", _MEANING,
    ),
    Rule(
        "STOCK_LEVEL_MISSING", Owner.IT, "orocommerce",
        "Give the product its inventory level in this unit, or stop selling it in it.", _MEANING,
    ),
    Rule(
        "STOCK_LEVEL_STRANGE", Owner.IT, "orocommerce",
        "Remove the inventory level, or give the product the unit again. It is left as it is.", _MEANING,
    ),
    Rule(
        "STOCK_KIT_UNKNOWN", Owner.IT, "orocommerce",
        "Let the API user view the kit's items and give each a maximum quantity.", _MEANING,
    ),
    Rule(
        "STOCK_TERMS_UNKNOWN", Owner.IT, "mapping",
        "Declare under [stock.shop] what the API does not show of how products are sold.", _MEANING,
    ),
    Rule(
        "STOCK_ROWS_BIND_NOTHING", Owner.SALES, "orocommerce",
        "Let OroCommerce manage and decrement the stock of the product, without back orders.", _MEANING,
    ),
    Rule(
        "STOCK_PRODUCT_DISABLED", Owner.SALES, "orocommerce",
        "The product is disabled. Enable it, or acknowledge.", _MEANING,
    ),
    Rule(
        "STOCK_DRIFT", Owner.OPS, "warehouse",
        "Find out with the warehouse what came or went and was not told; then acknowledge.", _MEANING,
    ),
    Rule(
        "STOCK_EDITED_LOCALLY", Owner.OPS, "orocommerce",
        "Somebody changed a row that belongs to the warehouse. It was set right; find out who needs what.",
        _MEANING,
    ),
    Rule(
        "STOCK_STALE", Owner.OPS, "it",
        "What buyers see is older than declared: cure the cause that the message names.", _MEANING,
    ),
    Rule(
        "STOCK_WRITE_REFUSED", Owner.IT, "orocommerce",
        "OroCommerce refused the row for the reason given. Cure it; the next run writes it again.", _MEANING,
    ),
    Rule(
        "STOCK_WRITE_UNFINISHED", Owner.IT, "orocommerce",
        "Start the message consumer. If the write will never come, acknowledge: its rows are written anew.",
        _MEANING,
    ),
    Rule(
        "STOCK_ZEROES_UNUSUAL", Owner.OPS, "it",
        "Look whether so much stock is really gone. If so, acknowledge: the rows go to 0, for today.",
        _MEANING,
    ),
    Rule(
        "STOCK_RAISES_UNUSUAL", Owner.OPS, "it",
        "Look whether so much stock really came. If so, acknowledge: the rows are raised, for today.",
        _MEANING,
    ),
    Rule(
        "SELL_ROW_UNUSABLE", Owner.OPS, "orocommerce",
        "Correct the unit or the inventory threshold of the product in OroCommerce.", _MEANING,
    ),
    Rule(
        "SELL_ROW_TWICE", Owner.IT, "orocommerce",
        "Keep one inventory level per product and unit.", _MEANING,
    ),
)  # fmt: skip
