-- +goose Up
CREATE INDEX records_depth ON records (depth, outcome, ended_at);

-- +goose Down
DROP INDEX records_depth;
