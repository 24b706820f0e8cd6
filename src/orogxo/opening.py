"""Both ends and the store, opened as the settings name them and closed together: for the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import cast

from orogxo.config import Config, GxoSettings
from orogxo.config_files import FileSite, SftpSettings
from orogxo.connector import Connector
from orogxo.errors import ConfigError
from orogxo.gxo import GxoClient, GxoWarehouse
from orogxo.gxo.edi.exchange import FileDrop
from orogxo.gxo.edi.folder import FolderDrop
from orogxo.gxo.edi.site import Site
from orogxo.gxo.edi.warehouse import X12Warehouse
from orogxo.gxo.flat import FlatFileWarehouse
from orogxo.http import SystemClock
from orogxo.oro import OroClient
from orogxo.ports import Clock, Store, Warehouse
from orogxo.storage import SQLiteStore


@contextmanager
def connect(config: Config) -> Iterator[Connector]:
    """A connector from settings alone; all that it opened is closed when the block ends.

    Raises ConfigError that names every table that is missing.
    """
    missing = ["[oro]"] * (config.oro is None)
    missing += ["one of [gxo] and [files]"] * (config.gxo is None and config.files is None)
    if missing or config.oro is None:
        raise ConfigError(f"the settings lack {' and '.join(missing)}: both ends must be named to be reached")
    store, secret = SQLiteStore(config.store), config.oro.client_secret.reveal()
    with closing(store), open_warehouse(config, store, SystemClock()) as warehouse:
        oro = OroClient(config.oro.url, config.oro.client_id, secret, prefix=config.oro.prefix)
        with Connector(oro=oro, warehouse=warehouse, store=store, config=config) as link:
            yield link


@contextmanager
def open_warehouse(config: Config, store: Store, clock: Clock) -> Iterator[Warehouse]:
    """The warehouse that the settings name; its connections are closed when the block ends, `store` is not.

    Raises ConfigError where they do not name exactly one, or where an extra is not installed, and NotSent
    where its folders cannot be used.
    """
    if (config.gxo is None) == (config.files is None):
        raise ConfigError("the settings must name exactly one warehouse: [gxo] or [files]")
    if config.gxo is not None:
        with closing(_gateway(config.gxo)) as client:
            yield GxoWarehouse(client)
        return
    files = cast("FileSite", config.files)
    if isinstance(files.site, Site):
        with closing(X12Warehouse(_drop(files), files.site, store, clock, files.items)) as x12:
            yield x12
    else:
        yield FlatFileWarehouse(cast("str", files.folder), files.site, store, clock)


def _gateway(gxo: GxoSettings) -> GxoClient:
    secret = gxo.client_secret.reveal()
    return GxoClient(
        gxo.url, gxo.client_id, secret, depositor=gxo.depositor, site=gxo.site, profile=gxo.profile
    )


def _drop(files: FileSite) -> FileDrop:
    if files.folder is not None:
        return FolderDrop(files.folder, files.folders)
    try:
        from orogxo.gxo.edi.sftp import SftpDrop  # noqa: PLC0415  # an extra: others work without it
    except ImportError:
        raise ConfigError("a site on SFTP needs an extra: pip install 'orogxo[sftp]'") from None
    sftp = cast("SftpSettings", files.sftp)
    return SftpDrop(
        sftp.host,
        port=sftp.port,
        user=sftp.user,
        known_hosts=sftp.known_hosts,
        password=sftp.password,
        key_file=sftp.key_file,
        passphrase=sftp.passphrase,
        root=sftp.root,
        folders=files.folders,
    )
