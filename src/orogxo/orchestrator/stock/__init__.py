"""Stock: one pool of base units per SKU at the warehouse, and every row of OroCommerce made from it.

`pool` does the arithmetic of what is free to sell, `projection` shares it out to the rows; the rest reads
both ends and writes what changed.
"""
