"""The main job over a real SFTP server: the same orders, the same end result, connections cut in between."""

from __future__ import annotations

import logging
from pathlib import Path

from attrs import evolve

from orogxo.gxo.edi.sftp import SftpDrop
from orogxo.model import State
from orogxo.sandbox.sftp import PASSWORD, USER, serve_files
from orogxo.storage import SQLiteStore
from support.files import SITE, FilesWorld


def test_orders_go_out_and_come_back_over_sftp(tmp_path: Path) -> None:
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    root = tmp_path / "root"
    world = FilesWorld.new(root, evolve(SITE, natural_key=True))
    world.store = SQLiteStore(tmp_path / "orogxo.db")
    with serve_files(root, tmp_path) as served:
        world.drop = SftpDrop(
            "127.0.0.1",
            port=served.port,
            user=USER,
            password=PASSWORD,
            known_hosts=served.known_hosts,
            timeout=10,
        )
        orders = [world.place(po_number=f"PO-{number}") for number in range(4)]
        world.door.sin("twice", 2)
        world.door.sin("half", 2)
        for number in range(6):
            world.run(minutes=11)
            if number == 2:
                served.cut()
            world.ship()
            world.door.finish()
        world.run(minutes=11)
        world.drop.close()
    world.agrees()
    for order_id in orders:
        assert world.fulfilment(order_id).state is State.CLOSED
        assert world.twin.gxo_orders()[order_id]["times_received"] == 1
    assert list((root / "inbox").iterdir()) == []
    world.store.close()
