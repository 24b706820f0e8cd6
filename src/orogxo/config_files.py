"""The table `[files]`: a site that trades X12 or flat files, in a folder or on an SFTP server.

All that it names is read and looked for here, once: the site's agreement, its items, keys and folders. A path
is relative to the settings file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from attrs import field, fields_dict, frozen
from cattrs import ClassValidationError, Converter, transform_error

from orogxo.errors import ConfigError
from orogxo.gxo.edi.exchange import Folders
from orogxo.gxo.edi.site import Site
from orogxo.gxo.site import SiteProfile
from orogxo.secret import Secret

Told: TypeAlias = Callable[[BaseException, type | None], str]


@frozen
class SftpSettings:
    """The server where files are traded, and who we are there: by `password` or by `key_file`, one of them.

    `known_hosts` holds the key that the server must show; there is no way to go without. `passphrase` opens
    the key file, `root` is the folder on the server above the four of the drop.
    """

    host: str
    user: str
    known_hosts: str
    port: int = 22
    root: str = "."
    password: Secret | None = None
    key_file: str | None = None
    passphrase: Secret | None = None


@frozen
class FileSite:
    """A site behind files. `site` is what was agreed: a `Site` for X12, a `SiteProfile` for flat files.

    Its drop is `folder` on the local disk, which exists, or `sftp`. `folders` are those of an X12 drop.
    `items`: the SKUs that an X12 site knows, where it told them; None: it cannot be asked.
    """

    site: Site | SiteProfile
    folder: Path | None = None
    sftp: SftpSettings | None = None
    folders: Folders = Folders()  # noqa: RUF009  # frozen
    items: frozenset[str] | None = None


@frozen
class _Table:
    format: Literal["x12", "flat"]
    site: str
    folder: str | None = None
    sftp: SftpSettings | None = None
    folders: Folders = field(factory=Folders)
    items: str | None = None


def read_files(
    section: Any, base: Path, problems: list[str], converter: Converter, told: Told
) -> FileSite | None:
    """The table `section`, its paths relative to `base`; None and every mistake in `problems`."""
    if not isinstance(section, Mapping):
        problems.append(f"expected a table, got {section!r} @ settings.files")
        return None
    before, reader = len(problems), _Reader(base, problems)
    site = reader.site(section.get("format"), section.get("site"))
    try:
        table = converter.structure(section, _Table)
    except ClassValidationError as error:
        problems += transform_error(error, path="settings.files", format_exception=told)
        return None
    sftp = reader.server(table.sftp) if table.sftp else None
    reader.place(table)
    items = reader.items(table.items) if table.items is not None else None
    if site is None or len(problems) > before:
        return None
    folder = None if table.folder is None else base / table.folder
    return FileSite(site, folder, sftp, table.folders, items)


@frozen
class _Reader:
    """Looks for what the table names, and tells all that is wrong."""

    base: Path
    problems: list[str]

    def site(self, kind: Any, name: Any) -> Site | SiteProfile | None:
        """The agreement. A mistake in the two words themselves is told with those of the table."""
        if kind not in ("x12", "flat") or not isinstance(name, str):
            return None
        path = self.base / name
        try:
            site = Site.from_toml(path) if kind == "x12" else SiteProfile.from_toml(path)
        except (ConfigError, OSError, UnicodeDecodeError) as error:
            why = error.message if isinstance(error, ConfigError) else str(error)
            self._wrong(f"{path}: " + why.replace(":\n- ", ": ").replace("\n- ", "; "), "site")
            return None
        if isinstance(site, SiteProfile) and site.flat is None:
            self._wrong(f"{path} says nothing about flat files: add [flat] to it", "site")
        return site

    def place(self, table: _Table) -> None:
        """Exactly one drop, of a kind that the format can use."""
        if (table.folder is None) == (table.sftp is None):
            self._wrong("name either a folder or [files.sftp]", "folder")
        if table.folder is not None and not (self.base / table.folder).is_dir():
            told = "a share that is not mounted would look like an empty one, so it is not made"
            self._wrong(f"there is no folder {self.base / table.folder}; {told}", "folder")
        if table.format == "flat":
            only_x12 = {"sftp": table.sftp, "items": table.items}
            for name in [name for name, value in only_x12.items() if value is not None]:
                self._wrong("a site of flat files has no such setting", name)
        names = [getattr(table.folders, name) for name in fields_dict(Folders)]
        if len(set(names)) < len(names) or not all(names):
            self._wrong(f"the four folders need four names, got {', '.join(names)}", "folders")
        elif table.format == "flat" and table.folders != Folders():
            self._wrong("a site of flat files has no such setting", "folders")

    def server(self, sftp: SftpSettings) -> SftpSettings:
        """Its paths made good. One way to log in, a port, and files that are there."""
        if (sftp.password is None) == (sftp.key_file is None):
            self._wrong("name either a password (OROGXO_SFTP_PASSWORD) or a key_file", "sftp")
        if sftp.passphrase is not None and sftp.key_file is None:
            self._wrong("a passphrase opens a key_file, and none is named", "sftp.passphrase")
        if sftp.port > 65535:
            self._wrong(f"{sftp.port} is no port", "sftp.port")
        known = self._file(sftp.known_hosts, "sftp.known_hosts")
        key = None if sftp.key_file is None else self._file(sftp.key_file, "sftp.key_file")
        return SftpSettings(
            sftp.host, sftp.user, known, sftp.port, sftp.root, sftp.password, key, sftp.passphrase
        )

    def items(self, name: str) -> frozenset[str]:
        """One SKU a line."""
        try:
            text = Path(self._file(name, "items")).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            text = ""
        skus = frozenset(line.strip() for line in text.splitlines() if line.strip())
        if not skus:
            self._wrong(f"{self.base / name} lists no SKU, one a line in UTF-8", "items")
        return skus

    def _file(self, name: str, place: str) -> str:
        path = self.base / name
        if not path.is_file():
            self._wrong(f"there is no file {path}", place)
        return str(path)

    def _wrong(self, told: str, place: str) -> None:
        self.problems.append(f"{told} @ settings.files.{place}")
