"""The table of every exception code: who settles it, where the cure lies, and what a customer may be told.

Handbooks, exception items and the error index are made from this table, so nobody keeps a second list.
"""

from __future__ import annotations

from collections.abc import Mapping

from orogxo.model.exceptions import Owner
from orogxo.rules.stock_codes import STOCK
from orogxo.rules.table import Rule

_CHECKING = "We are checking a detail of your order before it ships."
_SHIPPED_CHECK = "Your order has shipped; we are checking the details with our warehouse."
_SETUP = "We are completing our records for an item of your order."
_ADDRESS = "We need to complete the delivery address of your order."

_ORDER = (
    Rule(
        "PO_MISSING", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Ask the buyer and enter the PO number in OroCommerce, or waive with a reason.",
        "We need your purchase order number before we can ship.", waivable=True,
    ),
    Rule(
        "PO_PLACEHOLDER", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Ask the buyer for the real PO number and enter it in OroCommerce, or waive with a reason.",
        "We need your purchase order number before we can ship.", waivable=True,
    ),
    Rule(
        "PO_UNSENDABLE", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Retype the PO number in OroCommerce without hidden characters, within the warehouse's length.",
        "We need to correct the purchase order number of your order.",
    ),
    Rule(
        "PO_WAIVER_WITHOUT_VALUE", Owner.IT, "mapping",
        "Configure the value that stands on papers and labels of waived orders, or get the PO number.",
        "We need your purchase order number before we can ship.",
    ),
    Rule(
        "ORGANISATION_MISSING", Owner.SALES, "orocommerce",
        "Give the order its customer in OroCommerce; if it has one, let the API user's role view customers.",
        _CHECKING,
    ),
    Rule(
        "ORGANISATION_UNMAPPED", Owner.SALES, "mapping",
        "Agree the customer's id with the warehouse and add it to the organisations table.",
        "We are setting up your account with our warehouse.",
    ),
    Rule(
        "SHIP_METHOD_MISSING", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Choose a shipping method on the order in OroCommerce.",
        "We need to confirm how your order should travel.",
    ),
    Rule(
        "SHIP_METHOD_UNMAPPED", Owner.OPS, "mapping",
        "Add the key named in the evidence to the carriers table; all orders that wait for it go then.",
        _CHECKING,
    ),
    Rule(
        "ADDRESS_MISSING", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Enter the shipping address on the order in OroCommerce.", _ADDRESS,
    ),
    Rule(
        "ADDRESS_INCOMPLETE", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Complete the fields named in the evidence on the order's shipping address.", _ADDRESS,
    ),
    Rule(
        "ADDRESS_TOO_LONG", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Shorten the fields named in the evidence, or move text to the second street line.", _ADDRESS,
    ),
    Rule(
        "REFERENCE_UNSENDABLE", Owner.IT, "it",
        "Correct the configured reference prefix; ids are letters, digits, dot, underscore and hyphen.",
        _CHECKING,
    ),
    Rule(
        "ORDER_UNREADABLE", Owner.IT, "orocommerce",
        "Read the evidence: fields that are missing or malformed, often a right that the API user lacks.",
        _CHECKING,
    ),
    Rule(
        "STATUS_UNREADABLE", Owner.IT, "orocommerce",
        "Let the API user see the order status, or name in the settings which orders may be released.",
        _CHECKING,
    ),
    Rule(
        "SUBORDER_UNDECIDED", Owner.SALES, "mapping",
        "Decide in the settings whether the main order or its sub-orders ship; both would ship twice.",
        _CHECKING,
    ),
)  # fmt: skip

_LINE = (
    Rule(
        "NO_SHIPPABLE_LINE", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Add lines to the order in OroCommerce or cancel it.", _CHECKING,
    ),
    Rule(
        "FREE_FORM_LINE", Owner.SALES, "orocommerce",
        "Replace the free-form line by a product that the warehouse stocks, or take it off the order.",
        "One item of your order needs to be arranged individually.",
    ),
    Rule(
        "SKU_UNKNOWN", Owner.OPS, "item master",
        "Have the SKU added to the warehouse's item master, or correct the product on the line.", _SETUP,
    ),
    Rule(
        "SKU_UNMAPPED", Owner.OPS, "mapping",
        "Give the product its units in OroCommerce or declare them in the units file.", _SETUP,
    ),
    Rule(
        "UNIT_UNMAPPED", Owner.OPS, "mapping",
        "Declare in the units file how many base units the unit holds, or correct the line's unit.", _SETUP,
    ),
    Rule(
        "UNIT_AMBIGUOUS", Owner.OPS, "mapping",
        "Correct the unit's rate in OroCommerce, or declare the exact size in the units file.", _SETUP,
    ),
    Rule(
        "UNITS_INVALID", Owner.OPS, "mapping",
        "Correct every line of the units file that the message lists; nothing of it was loaded.", _SETUP,
    ),
    Rule(
        "UNIT_RATE_CHANGED", Owner.OPS, "mapping",
        "The pack size changed after the order came. Restore it, or waive to ship by today's size.",
        "The pack size of an item changed; we are confirming the quantity of your order.", waivable=True,
    ),
    Rule(
        "UOM_UNMAPPED", Owner.OPS, "mapping",
        "Add the base unit's UN/ECE Rec 20 code, as agreed with the warehouse, to the uoms table.", _SETUP,
    ),
    Rule(
        "QUANTITY_UNREADABLE", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Enter the line's quantity as a plain number.", _CHECKING,
    ),
    Rule(
        "QUANTITY_NOT_POSITIVE", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Correct the line's quantity in OroCommerce, or take the line off the order.", _CHECKING,
    ),
    Rule(
        "FRACTIONAL_EACH", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Agree a quantity with the buyer that can be picked whole, and correct the line in OroCommerce.",
        "A quantity of your order cannot be packed exactly; we will contact you.",
    ),
    Rule(
        "KIT_WITHOUT_COMPONENTS", Owner.SALES, "orocommerce",
        "Order the kit again so that OroCommerce stores its components, or take the line off the order.",
        _CHECKING,
    ),
)  # fmt: skip

_ENGINE = (
    Rule(
        "ORDER_GONE", Owner.IT, "orocommerce",
        "Let the API user see the order again; if it was deleted on purpose, waive with a reason.",
        _CHECKING, waivable=True,
    ),
    Rule(
        "ALREADY_SHIPPED", Owner.OPS, "orocommerce",
        "Find out who shipped it. If nothing left, set the shipping status back in OroCommerce.", _CHECKING,
    ),
    Rule(
        "ORDER_CHANGED_AFTER_SUBMIT", Owner.CUSTOMER_SERVICE, "warehouse",
        "The warehouse works on the earlier version. Agree with it which one ships, then align the order.",
        "We received your change and are asking our warehouse whether it can still be made.",
    ),
    Rule(
        "ORDER_CANCELLED_AFTER_SUBMIT", Owner.CUSTOMER_SERVICE, "warehouse",
        "Ask the warehouse to stop the order. If it is too late, arrange a return.",
        "We received your cancellation and are asking our warehouse whether it came in time.",
    ),
    Rule(
        "CANCEL_REFUSED", Owner.CUSTOMER_SERVICE, "orocommerce",
        "Too late to stop it: the goods leave. Arrange a return with the buyer, or reopen the order.",
        "Your cancellation came after our warehouse had begun; we will arrange a return if you wish.",
    ),
    Rule(
        "ORDER_REOPENED", Owner.CUSTOMER_SERVICE, "orocommerce",
        "The warehouse was told to stop and will not begin again. If still wanted, enter it anew.",
        _CHECKING,
    ),
    Rule(
        "CHANGE_REFUSED", Owner.CUSTOMER_SERVICE, "orocommerce",
        "The warehouse ships the earlier version. Change it back, or arrange the difference.",
        "Your change came too late for this shipment; we will contact you about it.",
    ),
    Rule(
        "SHIPPED_AFTER_CANCEL", Owner.OPS, "warehouse",
        "Goods left after the warehouse had confirmed the stop. Call them back, tell customer service.",
        _SHIPPED_CHECK,
    ),
    Rule(
        "SUBMIT_REJECTED", Owner.OPS, "warehouse",
        "Read the warehouse's reason, cure it, then check again.", _CHECKING,
    ),
    Rule(
        "WAREHOUSE_STATE_UNKNOWN", Owner.IT, "warehouse",
        "Ask the warehouse what this state means and have it added to the table of states.", _CHECKING,
    ),
    Rule(
        "SUBMIT_IN_DOUBT", Owner.OPS, "warehouse",
        "Nobody knows whether the warehouse has the order. Ask it by our reference; resend nothing.",
        _CHECKING,
    ),
    Rule(
        "TRACKING_REFUSED", Owner.CUSTOMER_SERVICE, "orocommerce",
        "The goods are on their way, but OroCommerce did not take the number: tell the buyer.",
        "Your order has shipped; tracking details follow.",
    ),
    Rule(
        "SHADOW_DIFFERENCE", Owner.OPS, "mapping",
        "orogxo would have asked for something else than people did. Find out who is right.",
        _CHECKING,
    ),
    Rule(
        "SUBMITS_UNUSUAL", Owner.OPS, "it",
        "Look whether so many orders are really meant to go. If so, acknowledge: they go, for today.",
        _CHECKING,
    ),
    Rule(
        "CANCELS_UNUSUAL", Owner.OPS, "it",
        "Look whether so many were really cancelled. If so, acknowledge: they are asked for, for today.",
        _CHECKING,
    ),
    Rule(
        "FLOW_FAILED", Owner.IT, "it",
        "A flow stopped. Read the evidence, cure the cause; the flow takes up where it stopped.", _CHECKING,
    ),
)  # fmt: skip

_SHIPMENT = (
    Rule(
        "UNKNOWN_ORDER_SHIPPED", Owner.OPS, "warehouse",
        "Find out with the warehouse whose goods left under a reference that is not ours.", _SHIPPED_CHECK,
    ),
    Rule(
        "SHIPMENT_UNREADABLE", Owner.IT, "warehouse",
        "Read the evidence and have the warehouse send the message again in the agreed form.", _SHIPPED_CHECK,
    ),
    Rule(
        "MOVEMENT_UNCLEAR", Owner.OPS, "warehouse",
        "Have the warehouse say where the goods left and where they went; nothing was booked.", _CHECKING,
    ),
    Rule(
        "SHIPMENT_CONTRADICTED", Owner.OPS, "warehouse",
        "Two different messages carry one shipment id and version. Ask for a corrected, higher version.",
        _SHIPPED_CHECK,
    ),
    Rule(
        "UNKNOWN_SHIPMENT_LINE", Owner.OPS, "warehouse",
        "Find out what was shipped on a line that the order does not have; ask for a corrected shipment.",
        _SHIPPED_CHECK,
    ),
    Rule(
        "WRONG_SKU", Owner.OPS, "warehouse",
        "Find out whether other goods left or were only named wrongly; arrange an exchange or a correction.",
        _SHIPPED_CHECK,
    ),
    Rule(
        "SUBSTITUTED", Owner.CUSTOMER_SERVICE, "warehouse",
        "Other goods went in place of what was ordered. Ask the buyer; correct the invoice.",
        "An item of your order was replaced by an equivalent one; please tell us if you object.",
    ),
    Rule(
        "UNIT_MISMATCH", Owner.OPS, "warehouse",
        "The warehouse counted in another unit than asked. Have it corrected; nothing was booked.",
        _SHIPPED_CHECK,
    ),
    Rule(
        "OVER_SHIPPED", Owner.OPS, "warehouse",
        "More left than was ordered. Confirm the count, then arrange a collection or an invoice.",
        _SHIPPED_CHECK,
    ),
    Rule(
        "SHORT_UNDECLARED", Owner.OPS, "warehouse",
        "The warehouse closed the order without naming the rest. Confirm that it will not come.",
        "Part of your order could not be shipped; we will contact you about the rest.",
    ),
    Rule(
        "CARRIER_OVERRIDE", Owner.OPS, "warehouse",
        "Ask why another carrier or service was used; check freight cost and the promised date.",
        "Your order travels with another carrier than planned.",
    ),
    Rule(
        "REFERENCE_LOST", Owner.OPS, "warehouse",
        "The papers carry another PO number. Have them corrected before the truck leaves, or tell the buyer.",
        "The papers of your shipment may show another purchase order number.",
    ),
)  # fmt: skip

_FILE = (
    Rule(
        "FILE_UNACKNOWLEDGED", Owner.OPS, "warehouse",
        "The site has not said that it could read our file. Ask it; send nothing again by hand.", _CHECKING,
    ),
    Rule(
        "FILE_REJECTED", Owner.OPS, "warehouse",
        "The site could not read a cancellation or change. Call it at once; have the evidence cured.",
        _CHECKING,
    ),
    Rule(
        "FILE_NUMBER_GAP", Owner.OPS, "warehouse",
        "Have the site send the missing control number again: it may tell of a shipment.", _SHIPPED_CHECK,
    ),
    Rule(
        "FILE_NUMBER_REUSED", Owner.OPS, "warehouse",
        "Two different files carry one control number. Ask the site which counts, have it sent anew.",
        _SHIPPED_CHECK,
    ),
    Rule(
        "FILE_MISDIRECTED", Owner.IT, "warehouse",
        "A file for somebody else, or a test in production, lies in the archive. Have the site stop them.",
        _CHECKING,
    ),
    Rule(
        "FILE_UNREADABLE", Owner.IT, "warehouse",
        "Look at the file in the archive (orogxo edi show) and have the site send it in the agreed form.",
        _CHECKING,
    ),
)  # fmt: skip


RULES: Mapping[str, Rule] = {
    rule.code: rule for rule in (*_ORDER, *_LINE, *_ENGINE, *_SHIPMENT, *_FILE, *STOCK)
}
"""Every rule by its code."""


def rule(code: str) -> Rule:
    """The rule of `code`; a code that is not in the table goes to IT, so that no problem is ever lost."""
    return RULES.get(code) or Rule(
        code, Owner.IT, "it", "This code is not in the rule table: read the evidence.", _CHECKING
    )
