"""A site of house codes: the twin's gateway behind somebody who translates every word of it."""

from __future__ import annotations

import json
from typing import Any

from attrs import define, evolve, field

from orogxo.gxo.site import SiteProfile
from orogxo.messages import Reply, Request
from orogxo.sandbox import Twin

HOUSE = """
name = "house"
zone = "Europe/Berlin"
base_url = "https://house.example"
prefix = "wms/api"

[codes.carriers]
"UPS GROUND" = "17"
"UPS NEXT_DAY" = "18"
"FEDX STD" = "40"

[codes.units]
EA = "ST"
KGM = "KILO"

[codes.reasons]
"01" = "out_of_stock"
"09" = "substituted"

[codes.movement_reasons]
WE = "receipt"
WA = "shipment"
RT = "return"

[codes.statuses]
F = "available"
D = "damaged"
R = "returns"

[limits]
charset = "latin-1"
whole_units = true

[limits.lengths]
ref = 12
po_number = 14
street = 24
notes = 30

[cutoff]
time = 14:30:00

[capabilities]
change = false

[stock]
figure = "less_allocated"
"""
PROFILE = SiteProfile.from_text(HOUSE)

CARRIERS = {"17": ("UPS", "GROUND"), "18": ("UPS", "NEXT_DAY"), "40": ("FEDX", "STD")}
CODES = {meant: code for code, meant in CARRIERS.items()}
UNITS = {"ST": "EA", "KILO": "KGM"}
WORDS = {
    "uom": {"EA": "ST", "KGM": "KILO"},
    "from_status": {"available": "F", "damaged": "D", "returns": "R"},
    "to_status": {"available": "F", "damaged": "D", "returns": "R"},
    "status": {"available": "F"},
    "reason": {"out_of_stock": "01", "receipt": "WE", "shipment": "WA", "return": "RT"},
}


@define
class House:
    """In place of `twin.gxo`: takes house codes only, and answers in nothing else.

    A word of gateway-v1 in a request is a mistake that the twin then refuses. `seen`: bodies as they came.
    """

    twin: Twin
    seen: list[Any] = field(factory=list)

    def send(self, request: Request) -> Reply:
        """Send `request`, return what came back."""
        if "/oauth/" in request.url:
            return self.twin.gxo.send(request)
        assert "/wms/api/" in request.url, request.url
        body = request.body
        if body:
            asked = json.loads(body)
            self.seen.append(asked)
            body = json.dumps(_ours(asked)).encode()
        url = request.url.replace("/wms/api/", "/v1/")
        reply = self.twin.gxo.send(evolve(request, url=url, body=body))
        return evolve(reply, body=json.dumps(_theirs(json.loads(reply.body))).encode())


def _ours(value: Any) -> Any:
    if isinstance(value, list):
        return [_ours(item) for item in value]
    if not isinstance(value, dict):
        return value
    told = {name: _ours(item) for name, item in value.items()}
    for name in ("uom", "code"):
        if isinstance(told.get(name), str) and "service_code" not in told:
            told[name] = UNITS.get(told[name], f"no {told[name]}")
    if "service_code" in told:
        told["code"], told["service_code"] = CARRIERS.get(told["code"], ("", ""))
    return told


def _theirs(value: Any) -> Any:
    if isinstance(value, list):
        return [_theirs(item) for item in value]
    if not isinstance(value, dict):
        return value
    told = {name: WORDS.get(name, {}).get(item, item) if isinstance(item, str) else _theirs(item)
            for name, item in value.items()}  # fmt: skip
    if "packages" in told:
        told["carrier"] = CODES.get((told["carrier"], told["service"]), told["carrier"])
        told["service"] = None
    if "service_code" in told:
        told["code"], told["service_code"] = CODES[told["code"], told["service_code"]], ""
    return told
