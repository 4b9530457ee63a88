-- The tables of a store of version 0.1.0 (schema 13). Never changed: such files are out there.
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
, mailed INTEGER NOT NULL DEFAULT 0, name TEXT AS (json_extract(body, '$.name')), domain TEXT AS (json_extract(body, '$.domain')), trouble TEXT AS (json_extract(body, '$.trouble.code')), node TEXT AS (json_extract(body, '$.node')), slot_key TEXT AS (json_extract(body, '$.slot.key')), slot_since REAL AS (json_extract(body, '$.slot.since')), begun INTEGER
    AS (json_extract(body, '$.cloned') IS 1 OR json_extract(body, '$.slot.key') IS NOT NULL), due_server INTEGER AS (CASE WHEN due_at IS NOT NULL THEN server END), guest_server INTEGER AS (CASE WHEN vmid IS NOT NULL THEN server END), attention INTEGER
    AS (CASE WHEN json_extract(body, '$.trouble.retry') = 0 OR json_extract(body, '$.attempts') >= 5 THEN 1 END), unwritten INTEGER AS (CASE WHEN write_back > written_back THEN 1 END), untold INTEGER
    AS (CASE WHEN mailed < json_extract(body, '$.mail.number') AND status = 'ready'
        AND json_extract(body, '$.suspended') = 0 THEN 1 END), troubled INTEGER
    AS (CASE WHEN json_extract(body, '$.trouble.code') IS NOT NULL THEN 1 END), search TEXT
    AS (lower(coalesce(json_extract(body, '$.name'), '') || char(10) || coalesce(json_extract(body, '$.domain'), '')))) STRICT;
CREATE INDEX services_any_vmid ON services (vmid) WHERE vmid IS NOT NULL;
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
CREATE TABLE dns (
    service     INTEGER PRIMARY KEY,
    wanted      INTEGER NOT NULL,
    asked       INTEGER NOT NULL,
    due_at      REAL,
    attention   INTEGER NOT NULL DEFAULT 0,
    body        TEXT NOT NULL,
    lease_owner TEXT,
    lease_until REAL NOT NULL DEFAULT 0,
    generation  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX dns_due ON dns (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX dns_attention ON dns (service) WHERE attention = 1;
CREATE INDEX services_status ON services (status);
CREATE TABLE traffic (
    service   INTEGER NOT NULL,
    month     TEXT NOT NULL,
    bytes_in  INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    PRIMARY KEY (service, month)
) STRICT, WITHOUT ROWID;
CREATE TABLE samples (
    service    INTEGER PRIMARY KEY,
    at         REAL NOT NULL,
    uptime_s   INTEGER NOT NULL,
    bytes_in   INTEGER NOT NULL,
    bytes_out  INTEGER NOT NULL,
    memory     INTEGER NOT NULL,
    memory_max INTEGER NOT NULL,
    disk       INTEGER NOT NULL
) STRICT;
CREATE TABLE sampled (
    server INTEGER PRIMARY KEY,
    at     REAL NOT NULL
) STRICT;
CREATE TABLE reached (
    line    BLOB PRIMARY KEY,
    address BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX services_vmid ON services (guest_server, vmid) WHERE guest_server IS NOT NULL;
CREATE INDEX services_due ON services (due_server, begun, due_at) WHERE due_server IS NOT NULL;
CREATE INDEX services_attention ON services (attention, id) WHERE attention IS NOT NULL;
CREATE INDEX services_write_back ON services (unwritten, id) WHERE unwritten IS NOT NULL;
CREATE INDEX services_untold ON services (untold, id) WHERE untold IS NOT NULL;
CREATE INDEX services_slot ON services (slot_key) WHERE slot_key IS NOT NULL;
CREATE INDEX services_node ON services (node) WHERE node IS NOT NULL;
CREATE INDEX services_list ON services (id, status, server, node, troubled, search);
CREATE INDEX addresses_server ON addresses (server);
CREATE TABLE silent (
    server       INTEGER PRIMARY KEY,
    endpoints    TEXT NOT NULL,
    silent_until REAL NOT NULL,
    tries        INTEGER NOT NULL
) STRICT;
CREATE TABLE looks (
    place      TEXT PRIMARY KEY,
    holder     TEXT NOT NULL,
    held_until REAL NOT NULL,
    generation INTEGER,
    seen_at    REAL NOT NULL DEFAULT 0,
    seen       TEXT
) STRICT;
CREATE INDEX looks_until ON looks (held_until);
CREATE INDEX services_entry ON services (server, id, status, node, troubled, search);
CREATE TABLE presses (
    service INTEGER NOT NULL,
    what    TEXT NOT NULL,
    times   TEXT NOT NULL,
    PRIMARY KEY (service, what)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 13;
