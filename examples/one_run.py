"""The smallest host: one run, for cron or any scheduler. Exit status 1 when a flow met a problem."""

from __future__ import annotations

import os
import sys

from orogxo import Config, Connector, GxoClient, OroClient
from orogxo.storage import SQLiteStore


def main(settings: str) -> int:
    """Run every flow once with the settings in that file."""
    config = Config.from_toml(settings, environ=os.environ)
    if config.oro is None or config.gxo is None:
        sys.exit("the settings need both tables, [oro] and [gxo]")
    oro = OroClient(config.oro.url, config.oro.client_id, config.oro.client_secret)
    gxo = GxoClient(
        config.gxo.url,
        config.gxo.client_id,
        config.gxo.client_secret,
        depositor=config.gxo.depositor,
        site=config.gxo.site,
    )
    with Connector(oro=oro, gxo=gxo, store=SQLiteStore(config.store), config=config) as link:
        report = link.run_once()
    for problem in report.problems:
        print(problem, file=sys.stderr)
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
