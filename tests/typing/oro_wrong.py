"""Mistakes that a type checker must find; each comment is the code of its complaint."""

from orogxo.oro import OroClient

oro = OroClient("https://shop.example.com", "id", "secret")

oro.orders.get(7)  # [arg-type]
print(oro.orders.get("1").po_nubmer)  # [attr-defined]
oro.orders.list(page=2)  # [call-arg]
oro.orders.get("1").line_items[0].quantity + 1  # [operator]
oro.inventory_levels.update_many([], mode="later")  # [arg-type]
oro.inventory_levels.update_many([]).errors[0].item["id"]  # [index]
print(oro.shipments)  # [attr-defined]
