"""The packages of a 945: cartons under LX and MAN, tracking numbers, licence plates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define, evolve, field

from orogxo.gxo.edi.documents._reading import Loop, Placed, Reading, find_all
from orogxo.gxo.gs1 import is_sscc
from orogxo.model import Package, PackageLine, Quantity

_AI_SSCC = "00"
_LONGEST_COUNT = 9


@define
class _Label:
    """One package as far as its marks tell."""

    plate: str = ""
    tracking: list[str] = field(factory=list)


def packages(
    reading: Reading, heading: Loop, loops: Sequence[Loop], goods: Mapping[int, PackageLine]
) -> tuple[Package, ...]:
    """Every package that the document names; `goods` is what each W12 (by its place) holds.

    Goods without any mark make a package only where they have a lot, serial or expiry to carry, under the LX
    number. Where one LX has several labels nobody can tell what is in which, so those packages are empty.
    """
    found: dict[str, Package] = {}
    cartons: list[list[Loop]] = []
    for loop in loops:
        if loop[0].id == "LX" or not cartons:
            cartons.append([])
        cartons[-1].append(loop)
    for carton in cartons:
        for package in _carton(reading, carton, goods):
            _add(found, package)
    _add_tracking(found, _tracking(reading, heading))
    return tuple(found.values())


def _add(found: dict[str, Package], package: Package) -> None:
    """One package may go on over several LX."""
    same = found.get(package.ref)
    if same is not None:
        tracking = tuple(dict.fromkeys(same.tracking + package.tracking))
        package = evolve(same, tracking=tracking, lines=same.lines + package.lines)
    found[package.ref] = package


def _add_tracking(found: dict[str, Package], numbers: list[str]) -> None:
    """Numbers of the whole shipment belong to its only package, else to one that stands for all."""
    shown = {number for package in found.values() for number in package.tracking}
    missing = [number for number in numbers if number not in shown]
    if missing and len(found) == 1:
        ((ref, package),) = found.items()
        found[ref] = evolve(package, tracking=(*package.tracking, *missing))
    elif missing:
        _add(found, Package(missing[0], tuple(missing)))


def _carton(reading: Reading, carton: list[Loop], goods: Mapping[int, PackageLine]) -> list[Package]:
    """The packages of one LX."""
    first = carton[0][0]
    made: list[Package] = []
    loose: list[PackageLine] = []
    for loop in carton:
        if (line := goods.get(loop[0].place)) is not None:
            plates = _plates(reading, loop, line)
            made += plates
            loose += [] if plates else [line]
    labels = _labels(reading, carton[0])
    extra = [number for loop in carton for number in _tracking(reading, loop)]
    if extra and len(labels) == 1:
        labels[0].tracking += extra
    elif extra:
        labels.append(_Label(tracking=extra))
    held = tuple(loose) if len(labels) == 1 else ()
    made += [_package(reading, label, held, first) for label in labels]
    if not held and any(line.lot or line.serials or line.expiry for line in loose):
        made.append(Package(f"LX {first.element(1)}" if first.id == "LX" else "LX", lines=tuple(loose)))
    return made


def _labels(reading: Reading, loop: Loop) -> list[_Label]:
    """The marks of one LX in file order; a second SSCC, or a second number, begins a new package."""
    labels: list[_Label] = []
    for man in find_all(loop, "MAN"):
        for qualifier, mark in man.pairs(1, 4):
            plate = mark if qualifier in reading.profile.sscc_marks else ""
            number = mark if qualifier in reading.profile.tracking_marks else ""
            if not plate and not number:
                reading.note("MARKS_UNKNOWN", f"MAN {qualifier} {mark!r} is not agreed with this site", man)
                continue
            last = labels[-1] if labels else None
            if last is None or (plate and last.plate) or (number and last.tracking):
                labels.append(_Label())
            labels[-1].plate = labels[-1].plate or plate
            labels[-1].tracking += [number] if number else []
    return labels


def _tracking(reading: Reading, loop: Loop) -> list[str]:
    found = find_all(loop, "N9", reading.profile.tracking_references)
    return [segment.element(2) for segment in found if segment.element(2)]


def _package(reading: Reading, label: _Label, lines: tuple[PackageLine, ...], at: Placed) -> Package:
    sscc = _sscc(reading, label.plate, at)
    tracking = tuple(dict.fromkeys(label.tracking))
    return Package(sscc or label.plate or tracking[0], tracking, sscc, lines)


def _plates(reading: Reading, loop: Loop, line: PackageLine) -> list[Package]:
    """One package for each N9*LV: N902 is the SSCC, N903 how much of the line it holds."""
    plates = find_all(loop, "N9", {reading.profile.references["licence_plate"]})
    found = [segment for segment in plates if segment.element(2)]
    shares = [_share(segment) for segment in found]
    whole = sum(shares) == line.quantity.amount
    if found and not whole:
        reading.doubt("PLATES_DIFFER", f"the plates of line {line.line_ref} do not add up to it", loop[0])
    made = []
    for segment, share in zip(found, shares, strict=True):
        sscc = _sscc(reading, segment.element(2), segment)
        held = evolve(line, quantity=Quantity(share, line.quantity.unit))
        made.append(Package(sscc or segment.element(2), sscc=sscc, lines=(held,) if whole else ()))
    return made


def _share(plate: Placed) -> int:
    count = plate.element(3)
    return int(count) if count.isascii() and count.isdigit() and len(count) <= _LONGEST_COUNT else 0


def _sscc(reading: Reading, plate: str, at: Placed) -> str:
    """The SSCC-18 in `plate`, which may begin with its application identifier; "" where it is none."""
    sscc = plate.removeprefix(_AI_SSCC) if len(plate) > 18 else plate
    if plate and not is_sscc(sscc):
        reading.doubt("SSCC_WRONG", f"{plate!r} is no SSCC: not 18 digits with a right check digit", at)
        return ""
    return sscc
