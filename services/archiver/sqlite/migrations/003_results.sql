-- +goose Up
-- Records are moved out of "earlier" one batch after another when the file is opened; see earlier.go.
ALTER TABLE records RENAME TO earlier;
DROP INDEX records_ended;
DROP INDEX records_user;
DROP INDEX records_url;
DROP INDEX records_depth;
DROP TABLE words;

CREATE TABLE records (
  id                 INTEGER PRIMARY KEY AUTOINCREMENT, -- never twice: the index may still know one that is gone
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
  undelivered        INTEGER NOT NULL,
  undelivered_reason TEXT NOT NULL,
  file_path          TEXT NOT NULL,
  archived_at        INTEGER NOT NULL,
  retrieved_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX records_ended ON records (ended_at);
CREATE INDEX records_user ON records (user_id, ended_at);
CREATE INDEX records_url ON records (normalized, ended_at);
CREATE INDEX records_depth ON records (depth, outcome, ended_at);

-- Results stand apart, so that a list of records is read without going through them.
CREATE TABLE results (
  id      INTEGER PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
  content BLOB NOT NULL -- compressed (zstd)
) STRICT;

-- Words come split and folded, each once a record; where they stand in it is not kept. See archive.Words. They are removed by
-- naming them again: contentless_delete would mark the ids instead, and merging looks each of them up, which takes seconds
-- where many that follow one another are gone.
CREATE VIRTUAL TABLE words USING fts5 (list, tokenize = 'ascii', content = '', columnsize = 0, detail = 'none');
INSERT INTO words (words, rank) VALUES ('hashsize', 16777216); -- bytes gathered before a segment is written: a whole batch of records

-- +goose Down
DROP TABLE words;
DROP TABLE results;
DROP TABLE records;
ALTER TABLE earlier RENAME TO records;
