-- A store as version 1 of its schema made it, with one service in it. Never changed: such files are out there.
CREATE TABLE meta (
    key    TEXT PRIMARY KEY,
    value  TEXT NOT NULL
) STRICT;

CREATE TABLE services (
    id           INTEGER PRIMARY KEY,
    server       INTEGER NOT NULL,
    status       TEXT NOT NULL,
    vmid         INTEGER,
    due_at       REAL,
    write_back   INTEGER NOT NULL DEFAULT 0,
    written_back INTEGER NOT NULL DEFAULT 0,
    body         TEXT NOT NULL,
    lease_owner  TEXT,
    lease_until  REAL NOT NULL DEFAULT 0,
    generation   INTEGER NOT NULL DEFAULT 0,
    created_at   REAL NOT NULL,
    updated_at   REAL NOT NULL
) STRICT;
CREATE UNIQUE INDEX services_vmid ON services (server, vmid) WHERE vmid IS NOT NULL;
CREATE INDEX services_any_vmid ON services (vmid) WHERE vmid IS NOT NULL;
CREATE INDEX services_due ON services (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX services_attention ON services (id)
    WHERE json_extract(body, '$.trouble.retry') = 0 OR json_extract(body, '$.attempts') >= 5;
CREATE INDEX services_write_back ON services (id) WHERE write_back > written_back;

CREATE TABLE addresses (
    address   TEXT PRIMARY KEY,
    service   INTEGER NOT NULL REFERENCES services (id),
    server    INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    body      TEXT NOT NULL,
    leased_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_service ON addresses (service, position);

CREATE TABLE events (
    id      INTEGER PRIMARY KEY,
    service INTEGER NOT NULL,
    at      REAL NOT NULL,
    actor   TEXT NOT NULL,
    what    TEXT NOT NULL,
    result  TEXT NOT NULL,
    took_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX events_service ON events (service, id);

CREATE TABLE facts (
    server  INTEGER PRIMARY KEY,
    body    TEXT NOT NULL,
    seen_at REAL NOT NULL
) STRICT;

INSERT INTO services (id, server, status, vmid, body, created_at, updated_at)
VALUES (7, 1, 'ready', 100, '{"node": "pve1", "name": "3-7"}', 1795359845.0, 1795359845.0);
PRAGMA user_version = 1;
