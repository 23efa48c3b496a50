"""The manifest of a release: `datapackage.json` (Data Package v2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import pyarrow as pa

from store.dictionary import description
from store.release import Release
from store.schema import SCHEMA_VERSION, TABLES, Table
from store.source import Source

_FIELD_TYPES = {
    "large_string": "string",
    "int64": "integer",
    "double": "number",
    "bool": "boolean",
    "date32[day]": "date",
    "timestamp[us, tz=UTC]": "datetime",
}


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of a release.

    Attributes:
        table: The table it is a part of.
        path: Its path below the release.
        rows: Rows in it.
        size: Bytes.
        hash: `sha256:…` of the file.
    """

    table: str
    path: str
    rows: int
    size: int
    hash: str


def datapackage(release: Release, resources: Sequence[Resource], sources: Sequence[Source]) -> bytes:
    """The manifest as JSON."""
    content = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "policy-ingest",
        "version": f"{SCHEMA_VERSION}.0.0+{release.name}",
        "created": release.issued.isoformat(),
        "release": release.name,
        "previous": release.previous,
        "parser_version": release.parser_version,
        "table_versions": dict(release.versions),
        "sources": [_source(source) for source in sources],
        "resources": [_resource(resource) for resource in resources],
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)


def _source(source: Source) -> dict[str, object]:
    given = {"title": source.title, "path": source.homepage, "license": source.license}
    return {name: value for name, value in given.items() if value is not None}


def _resource(resource: Resource) -> dict[str, object]:
    return {
        "name": resource.path.removesuffix(".parquet").replace("/", "-"),
        "path": resource.path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": resource.size,
        "hash": resource.hash,
        "rows": resource.rows,
        "schema": _schema(TABLES[resource.table]),
    }


def _schema(table: Table) -> dict[str, object]:
    return {"primaryKey": list(table.key), "fields": [_field(field) for field in table.released]}


def _field(field: pa.Field) -> dict[str, object]:
    return {
        "name": field.name,
        "type": _FIELD_TYPES[str(field.type)],
        "description": description(field),
        "constraints": {"required": not field.nullable},
    }
