"""What the demo prints: what will happen, and a table of what did."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from orogxo.demo.orders import Expected
from orogxo.demo.result import Result
from orogxo.demo.site import Site
from orogxo.model import State


def announce(console: Console, expected: Expected, site: Site) -> None:
    """Before it begins."""
    console.print(
        f"{len(expected.placed)} orders in OroCommerce 6.1, {len(expected.held)} of them faulty; "
        f"the warehouse is reached by {site.title}. {site.announced} One worker will be killed; "
        "the site ships twice whatever it is sent twice."
    )


def tell(console: Console, expected: Expected, site: Site, result: Result, settings: Path) -> None:
    """After it ended."""
    console.print(_table(expected, site, result))
    console.print(f"Where to look next:\n  orogxo exceptions --config {settings}", soft_wrap=True)
    console.print(f"  orogxo trace PO-0001 --config {settings}", soft_wrap=True)
    for problem in result.problems:
        console.print(f"[red]the twin's books disagree:[/] {problem}", soft_wrap=True)
    if not result.problems:
        console.print(site.proves, soft_wrap=True)
        console.print("The twin's own books agree: every order shipped exactly as ordered, or held.")


def _table(expected: Expected, site: Site, result: Result) -> Table:
    counts, books = Counter(result.counts), result.books
    table = Table(title="What happened", show_header=False)
    table.add_row("orders placed and seen", f"{len(expected.placed)}, {sum(counts.values())}")
    table.add_row("held", str(counts[State.HELD]))
    codes = Counter(code for found in result.outcome.held.values() for code in found)
    for code, number in sorted(codes.items()):
        table.add_row(f"  {code}", str(number))
    table.add_row("held, then corrected in OroCommerce and sent", str(len(expected.corrected)))
    table.add_row("submitted", str(result.submitted))
    table.add_row("  of these found by look-up, not sent again", str(result.looked_up))
    table.add_row("shipped", str(counts[State.SHIPPED] + counts[State.CLOSED]))
    table.add_row("tracked back in OroCommerce", str(counts[State.CLOSED]))
    table.add_row("duplicated (eaches shipped beyond the order)", str(sum(books.duplicated.values())))
    table.add_row("lost", str(len(books.lost)))
    for name, value in site.rows():
        table.add_row(name, value)
    return table
