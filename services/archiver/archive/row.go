package archive

// Columns of a record without its result, as both stores name them, in the order of Scan.
const Columns = `workflow_id, url, normalized, depth, outcome, title, stage, reason, message, user_id, guild_id, channel_id, private,
	requested_at, ended_at, digest, undelivered, undelivered_reason, file_path, archived_at, retrieved_at`

// Row is a row of an answer.
type Row interface{ Scan(dest ...any) error }

// Scan reads a record from a row of Columns, and what stands behind them into more.
func Scan(row Row, more ...any) (Record, error) {
	var r Record
	var requested, ended, archived, retrieved int64
	err := row.Scan(append([]any{
		&r.WorkflowID, &r.URL, &r.Normalized, &r.Depth, &r.Outcome, &r.Title, &r.Stage, &r.Reason, &r.Message, &r.UserID, &r.GuildID, &r.ChannelID,
		&r.Private, &requested, &ended, &r.Digest, &r.Undelivered, &r.UndeliveredReason, &r.FilePath, &archived, &retrieved,
	}, more...)...)
	r.RequestedAt, r.EndedAt, r.ArchivedAt, r.RetrievedAt = TimeOf(requested), TimeOf(ended), TimeOf(archived), TimeOf(retrieved)
	return r, err
}
