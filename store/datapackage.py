"""The manifest of a release: `datapackage.json` (Data Package v2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import orjson
import pyarrow as pa

from store.derived import Watched
from store.dictionary import description
from store.release import SOFTWARE, Release, citation
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


def datapackage(
    release: Release,
    resources: Sequence[Resource],
    sources: Sequence[Source],
    watched: Mapping[str, Watched],
) -> bytes:
    """The manifest as JSON.

    Args:
        release: The release.
        resources: Its files.
        sources: The source files.
        watched: How each source was watched, by its id.
    """
    content = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "policy-ingest",
        "version": f"{SCHEMA_VERSION}.0.0+{release.name}",
        "created": release.issued.isoformat(),
        "release": release.name,
        "previous": release.previous,
        "citation": citation(release),
        "software": SOFTWARE,
        "parser_version": release.parser_version,
        "table_versions": dict(release.versions),
        "documents": release.documents,
        "changes": {
            "new": release.new,
            "changed": release.changed,
            "taken_offline": release.offline,
            "restored": release.restored,
            "moved": release.moved,
        },
        "sources": [_source(source, watched.get(source.source_id)) for source in sources],
        "resources": [_resource(resource) for resource in resources],
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)


def _source(source: Source, watched: Watched | None) -> dict[str, object]:
    given = {
        "name": source.source_id,
        "title": source.title,
        "path": source.homepage,
        "publisher": source.publisher,
        "license": source.license,
        "coverage": watched and asdict(watched),
    }
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
