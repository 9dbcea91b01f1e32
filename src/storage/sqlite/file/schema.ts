/**
 * The tables of the embedded store. A released step is never edited: a change is a new step at the
 * end.
 */

/**
 * Intervals longer than this stand in an index of their own: the start of a shorter one tells
 * nearly where it ends.
 */
export const longInterval = 32 * 86_400_000

/** Step n brings the data from schema version n to n + 1. */
export const dataSteps: readonly string[] = [
  `
  -- Types, parameters, token systems and acl keys stand as numbers; rows are never changed or removed.
  CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

  -- One narrow row per resource: what every query touches. rid is the creation number; ver the current version.
  CREATE TABLE cur (rid INTEGER PRIMARY KEY, type INTEGER NOT NULL, id TEXT NOT NULL, ver INTEGER NOT NULL, acl INTEGER NOT NULL, at INTEGER NOT NULL, deleted INTEGER NOT NULL) STRICT;
  CREATE UNIQUE INDEX cur_id ON cur (type, id);
  CREATE INDEX cur_type ON cur (type) WHERE deleted = 0;
  CREATE INDEX cur_at ON cur (type, at) WHERE deleted = 0;
  CREATE INDEX cur_acl ON cur (acl, type, deleted);

  -- Every version, current and old, in commit order without gaps: ver.ver is the sequence of the feed. n counts the versions of one resource.
  CREATE TABLE ver (ver INTEGER PRIMARY KEY, rid INTEGER NOT NULL, n INTEGER NOT NULL, version TEXT NOT NULL, at INTEGER NOT NULL, method INTEGER NOT NULL, deleted INTEGER NOT NULL, old INTEGER NOT NULL DEFAULT 0, acl INTEGER NOT NULL, envelope TEXT NOT NULL) STRICT;
  CREATE UNIQUE INDEX ver_rid ON ver (rid, n);
  CREATE INDEX ver_acl ON ver (acl) WHERE old = 1;
  CREATE TABLE body (ver INTEGER PRIMARY KEY, json BLOB NOT NULL) STRICT;
  CREATE TABLE person (person TEXT NOT NULL, ver INTEGER NOT NULL, PRIMARY KEY (person, ver)) STRICT, WITHOUT ROWID;

  -- Acl lists are kept once per content, so that a re-stamp changes one number per row.
  CREATE TABLE acl_set (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE) STRICT;
  CREATE TABLE acl_key (acl INTEGER NOT NULL, key INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (acl, key, since)) STRICT, WITHOUT ROWID;
  CREATE INDEX acl_key_key ON acl_key (key, acl, since, until);

  -- Index values of current versions. p: parameter; a negative p holds a second form of the value (index-rows.ts).
  -- x: the system of a token, the end of an interval.
  CREATE TABLE tok (p INTEGER NOT NULL, v TEXT NOT NULL, rid INTEGER NOT NULL, x INTEGER NOT NULL, PRIMARY KEY (p, v, rid, x)) STRICT, WITHOUT ROWID;
  CREATE INDEX tok_rid ON tok (rid, p, v, x) WHERE p > 0;
  -- Target first: what points to one patient stands together, whatever the parameter.
  CREATE TABLE ref (p INTEGER NOT NULL, v TEXT NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (v, p, rid)) STRICT, WITHOUT ROWID;
  CREATE INDEX ref_rid ON ref (rid, p, v) WHERE p > 0;
  CREATE TABLE str (p INTEGER NOT NULL, v TEXT NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (p, v, rid)) STRICT, WITHOUT ROWID;
  CREATE INDEX str_rid ON str (rid, p, v) WHERE p > 0;
  CREATE TABLE dt (p INTEGER NOT NULL, v INTEGER NOT NULL, rid INTEGER NOT NULL, x INTEGER NOT NULL, PRIMARY KEY (p, v, rid, x)) STRICT, WITHOUT ROWID;
  CREATE INDEX dt_rid ON dt (rid, p, v, x) WHERE p > 0;
  CREATE INDEX dt_long ON dt (p, x, v, rid) WHERE x - v > ${longInterval};
  -- The same rows as written for a resource, so that an update touches only what changed.
  CREATE TABLE indexed (rid INTEGER PRIMARY KEY, rows TEXT NOT NULL) STRICT;

  CREATE TABLE guard (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE record (kind TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL, expires INTEGER, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
  CREATE INDEX record_expires ON record (expires) WHERE expires IS NOT NULL;
  -- One row per group commit, in order without gaps, the newest never removed: the ids of its batches, kept for minutes, and its audit lines until they are moved to the journal.
  CREATE TABLE commits (seq INTEGER PRIMARY KEY, at REAL NOT NULL, ids TEXT NOT NULL, lines TEXT) STRICT;
`
]

/**
 * The journal is a file of its own: what every read adds leaves the pages of the data, which all
 * reads share, as they are.
 */
export const journalSteps: readonly string[] = [
  `
  -- Group commits of audit lines alone, as in the data.
  CREATE TABLE commits (seq INTEGER PRIMARY KEY, at REAL NOT NULL, ids TEXT NOT NULL, lines TEXT) STRICT;
  -- Up to which row of commits, here and in the data, lines stand in audit. again: a file was restored from a backup, so some lines stand there already.
  CREATE TABLE moved (source TEXT PRIMARY KEY, seq INTEGER NOT NULL, again INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
  INSERT INTO moved (source, seq) VALUES ('data', 0), ('journal', 0);
  CREATE TABLE audit (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, at INTEGER NOT NULL, organization TEXT, request TEXT NOT NULL, patients TEXT NOT NULL, json TEXT NOT NULL) STRICT;
  CREATE INDEX audit_id ON audit (id);
  CREATE INDEX audit_at ON audit (at);
  CREATE INDEX audit_organization ON audit (organization);
  CREATE TABLE audit_patient (patient TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (patient, seq)) STRICT, WITHOUT ROWID;
`
]
