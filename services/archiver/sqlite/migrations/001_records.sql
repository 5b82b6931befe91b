-- +goose Up
CREATE TABLE records (
  id                 INTEGER PRIMARY KEY,
  workflow_id        TEXT NOT NULL UNIQUE,
  url                TEXT NOT NULL,
  normalized         TEXT NOT NULL,
  depth              TEXT NOT NULL,
  outcome            TEXT NOT NULL,
  title              TEXT NOT NULL,
  stage              TEXT NOT NULL,
  reason             TEXT NOT NULL,
  message            TEXT NOT NULL,
  user_id            TEXT NOT NULL,
  guild_id           TEXT NOT NULL,
  channel_id         TEXT NOT NULL,
  private            INTEGER NOT NULL,
  requested_at       INTEGER NOT NULL, -- milliseconds since 1970, as all times here; 0: never
  ended_at           INTEGER NOT NULL,
  digest             TEXT NOT NULL,
  result             BLOB,
  undelivered        INTEGER NOT NULL,
  undelivered_reason TEXT NOT NULL,
  file_path          TEXT NOT NULL,
  archived_at        INTEGER NOT NULL,
  retrieved_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX records_ended ON records (ended_at);
CREATE INDEX records_user ON records (user_id, ended_at);
CREATE INDEX records_url ON records (normalized, ended_at);
CREATE VIRTUAL TABLE words USING fts5 (title, url, text, content='', contentless_delete=1);

-- +goose Down
DROP TABLE words;
DROP TABLE records;
