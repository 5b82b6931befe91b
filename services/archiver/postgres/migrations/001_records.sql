-- +goose Up
CREATE TABLE records (
  id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workflow_id        text NOT NULL UNIQUE,
  url                text NOT NULL,
  normalized         text NOT NULL,
  depth              text NOT NULL,
  outcome            text NOT NULL,
  title              text NOT NULL,
  stage              text NOT NULL,
  reason             text NOT NULL,
  message            text NOT NULL,
  user_id            text NOT NULL,
  guild_id           text NOT NULL,
  channel_id         text NOT NULL,
  private            boolean NOT NULL,
  requested_at       bigint NOT NULL, -- milliseconds since 1970, as all times here; 0: never
  ended_at           bigint NOT NULL,
  digest             text NOT NULL,
  result             bytea,
  undelivered        boolean NOT NULL,
  undelivered_reason text NOT NULL,
  file_path          text NOT NULL,
  archived_at        bigint NOT NULL,
  retrieved_at       bigint NOT NULL,
  words              tsvector
);
ALTER TABLE records ALTER COLUMN result SET STORAGE EXTERNAL; -- reports are read whole, and compressing them costs more than it saves
CREATE INDEX records_ended ON records (ended_at);
CREATE INDEX records_user ON records (user_id, ended_at);
CREATE INDEX records_url ON records (normalized, ended_at);
CREATE INDEX records_words ON records USING gin (words);

-- +goose Down
DROP TABLE records;
