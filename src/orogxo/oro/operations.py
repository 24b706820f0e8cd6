"""Asynchronous operations of the batch API, and what they say was wrong (contract, section 3.2)."""

from __future__ import annotations

from orogxo.oro.fields import Anything, Instant, Number, Text, ToMany, ToOne, Whole
from orogxo.oro.jsonapi import Resource


class OroAsyncOperationError(Resource, wire="asyncoperationerrors"):
    """One error of an operation. `source` is `{"pointer": "/data/3/..."}`, `{"propertyPath": ...}` or None;
    the number counts over the whole request.
    """

    status = Whole("status")
    title = Text("title")
    detail = Text("detail")
    source = Anything("source")


class OroAsyncOperation(Resource, wire="asyncoperations"):
    """A batch at work. `status`: new, running, success (also with item errors), failed, cancelled.

    `summary` is None until it is finished: readCount, writeCount, errorCount, createCount, updateCount.
    """

    status = Text("status")
    progress = Number("progress")
    created_at = Instant("createdAt")
    updated_at = Instant("updatedAt")
    elapsed_time = Whole("elapsedTime")
    entity_type = Text("entityType")
    summary = Anything("summary")
    owner = ToOne[Resource]("owner", "users", default=False)
    organization = ToOne[Resource]("organization", "organizations", default=False)
    errors = ToMany[OroAsyncOperationError]("errors", "asyncoperationerrors", default=False)
