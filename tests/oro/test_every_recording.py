"""Every recorded exchange replays through the client without a surprise.

`every_recording.json` has the reviewed outcome of each: a value with a checksum over all that was decoded, or
a typed error with its code, status and disposition. A recording without a row must keep the laws below; write
its row with `python tests/support/outcomes.py`.
"""

import json

import pytest

from support.outcomes import TABLE, all_recordings, outcome

RECORDINGS = all_recordings()
EXPECTED = json.loads(TABLE.read_text("utf-8"))
CLASSES = {
    400: {"Invalid"},
    401: {"AuthenticationError"},
    403: {"PermissionDenied"},
    404: {"NotFound"},
    405: {"Conflict", "Unavailable"},
    406: {"Invalid"},
    409: {"Conflict"},
    414: {"Invalid"},
    415: {"Invalid", "Unavailable"},
    500: {"ServerError"},
    503: {"Unavailable"},
}
"""By status; 405 and 415 are maintenance where they come with a web page."""

ERRORS = {one for kinds in CLASSES.values() for one in kinds}


def test_there_is_a_row_for_every_recording_and_a_recording_for_every_row():
    assert set(EXPECTED) == set(RECORDINGS)
    assert len(RECORDINGS) > 1_200


@pytest.mark.parametrize("version", ["oro-5.1.8", "oro-6.1.8", "oro-7.0.3"])
def test_the_outcome_is_the_reviewed_one(version):
    found = {name: outcome(file) for name, file in RECORDINGS.items() if name.startswith(version)}
    expected = {name: row for name, row in EXPECTED.items() if name.startswith(version)}
    assert {name: row for name, row in found.items() if row != expected.get(name)} == {}


def replies():
    for name, file in RECORDINGS.items():
        told = json.loads(file.read_text("utf-8"))
        if "response" in told:
            yield name, told["request"], told["response"], outcome(file)[0]


def test_every_error_status_is_its_typed_error_and_nothing_else():
    wrong = []
    for name, request, response, found in replies():
        status, kind = response["status"], found.partition(" ")[0]
        if "/oauth2-token" in request["path"]:
            allowed = {"AuthenticationError", "Unavailable"}
        else:
            allowed = CLASSES.get(status, set())
        surprising = kind not in allowed if status >= 400 else kind in ERRORS
        if surprising:
            wrong.append((name, status, found))
    assert wrong == []


def test_what_cannot_be_read_is_plain_json_a_cut_relation_or_an_empty_list():
    wrong = []
    for name, request, response, found in replies():
        if not found.startswith("DecodeError"):
            continue
        plain = "vnd.api+json" not in response["headers"].get("Content-Type", "")
        if not (plain or found.startswith("DecodeError CUT") or response["body"] == []):
            wrong.append((name, request["path"], found))
    assert wrong == []


def test_every_delivery_was_signed_except_the_one_without_a_secret():
    told = {
        name: rows
        for name, rows in EXPECTED.items()
        if "/webhooks/" in name and any(not row.startswith("signed ") for row in rows)
    }
    assert set(told) == {"oro-7.0.3/webhooks/retry_no_secret_no_signature"}
