"""Replies of the batch API, built by hand."""

from __future__ import annotations

from support.shop import entry, reply

JOB = "asyncoperations"


def levels(*pairs):
    return [{"id": str(record), "quantity": quantity} for record, quantity in pairs]


def operation(status, read=0, written=0, errors=0, job="9"):
    summary = {"readCount": read, "writeCount": written, "errorCount": errors}
    told = entry(JOB, job, status=status, progress=1, summary=summary if status == "success" else None)
    for name in ("createdAt", "updatedAt", "elapsedTime", "entityType"):
        told["attributes"][name] = None
    return told


def accepted(job="9"):
    return reply({"data": operation("new", job=job)}, 202)


def finished(*counts, status="success"):
    return reply({"data": operation(status, *counts)})


def no_errors():
    return reply({"data": []})


def rows(*pairs):
    return reply({"data": [entry("inventorylevels", str(one), quantity=quantity) for one, quantity in pairs]})
