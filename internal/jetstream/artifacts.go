package jetstream

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"

	"autointel.example/internal/faultpoint"
	"autointel.example/schemas"
)

// PutArtifact stores content under "<id>/<digest>" and returns its reference. The same content is stored once.
func (c *Client) PutArtifact(ctx context.Context, id, mediaType string, content []byte) (schemas.Artifact, error) {
	sum := sha256.Sum256(content)
	a := schemas.Artifact{Digest: hex.EncodeToString(sum[:]), Size: int64(len(content)), MediaType: mediaType}
	a.Key = id + "/" + a.Digest
	if info, err := c.artifacts.GetInfo(ctx, a.Key); err == nil && info.Size == uint64(a.Size) {
		return a, nil // a redelivery, or a retry
	}
	if err := c.putObject(ctx, a.Key, mediaType, content, sum); err != nil {
		return a, broker(fmt.Errorf("store artifact %s: %w", a.Key, err))
	}
	return a, nil
}

// objectChunk is how much of an object stands in one message: the client's own default, well under the server's limit.
const objectChunk = 128 << 10

// putObject writes an object in the form of NATS's object store (ADR-20), so that its readers and the nats CLI find it:
// the chunks first, then the entry that names them. A crash in between leaves chunks that nothing names, which the
// bucket's TTL removes.
//
// The client's own Put (nats.go v1.55.0) opens an asynchronous publisher for each object, whose goroutine is left behind
// whenever the publisher is closed before that goroutine has begun; for small objects that is often.
func (c *Client) putObject(ctx context.Context, name, mediaType string, content []byte, sum [sha256.Size]byte) error {
	info := js.ObjectInfo{
		ObjectMeta: js.ObjectMeta{
			Name: name, Headers: nats.Header{"Content-Type": {mediaType}}, Opts: &js.ObjectMetaOptions{ChunkSize: objectChunk},
		},
		Bucket: schemas.BucketArtifacts, NUID: nuid.Next(), Size: uint64(len(content)), Digest: "SHA-256=" + base64.URLEncoding.EncodeToString(sum[:]),
	}
	for chunk := range slices.Chunk(content, objectChunk) {
		if _, err := c.js.Publish(ctx, "$O."+info.Bucket+".C."+info.NUID, chunk); err != nil {
			return err
		}
		info.Chunks++
		if faultpoint.On {
			faultpoint.Reached("write", "chunk of an artifact")
		}
	}
	entry, err := json.Marshal(info)
	if err != nil {
		return err
	}
	msg := nats.NewMsg("$O." + info.Bucket + ".M." + base64.URLEncoding.EncodeToString([]byte(name)))
	msg.Header.Set(js.MsgRollup, js.MsgRollupSubject)
	msg.Data = entry
	_, err = c.js.PublishMsg(ctx, msg)
	if faultpoint.On && err == nil {
		faultpoint.Reached("write", "artifact")
	}
	return err
}

// ArtifactGoneError says that an artifact is not there, or not what its reference says.
type ArtifactGoneError struct {
	Key    string
	Reason string
}

func (e *ArtifactGoneError) Error() string { return fmt.Sprintf("artifact %s: %s", e.Key, e.Reason) }

// Artifact reads content and checks that it is what the reference says. Errors are *ArtifactGoneError or the broker's.
func (c *Client) Artifact(ctx context.Context, a schemas.Artifact) ([]byte, error) {
	read := c.object
	if _, ok := a.InEnding(); ok {
		read = c.reportInEnding
	}
	content, err := read(ctx, a)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	if int64(len(content)) != a.Size || hex.EncodeToString(sum[:]) != a.Digest {
		return nil, &ArtifactGoneError{a.Key, "its content is not what the reference says"}
	}
	return content, nil
}

// object reads from the bucket, at most one byte more than there should be.
func (c *Client) object(ctx context.Context, a schemas.Artifact) ([]byte, error) {
	object, err := c.artifacts.Get(ctx, a.Key)
	if errors.Is(err, js.ErrObjectNotFound) {
		return nil, &ArtifactGoneError{a.Key, "not there (its retention may be over)"}
	}
	if err != nil {
		return nil, broker(fmt.Errorf("read artifact %s: %w", a.Key, err))
	}
	content, err := io.ReadAll(io.LimitReader(object, a.Size+1))
	if err = errors.Join(err, object.Close()); err != nil {
		return nil, broker(fmt.Errorf("read artifact %s: %w", a.Key, err))
	}
	return content, nil
}

// reportInEnding reads a report from the event that ended its workflow. Who has a reference has seen that event or one after
// it, so a replica that does not know it lags behind and the leader is asked.
func (c *Client) reportInEnding(ctx context.Context, a schemas.Artifact) ([]byte, error) {
	id, _ := a.InEnding()
	e, found, err := c.Last(ctx, schemas.Ending(id))
	if err == nil && !found {
		e, found, err = c.LastFromLeader(ctx, schemas.Ending(id))
	}
	if err != nil {
		return nil, err
	}
	completed, ok := e.Data.(schemas.WorkflowCompleted)
	if !found || !ok {
		return nil, &ArtifactGoneError{a.Key, "its workflow is not in the log (its retention may be over)"}
	}
	return completed.Report, nil
}

// PutReport returns a report as the event that ends its workflow carries it: whole when it is small, and its reference. What
// is kept is the report as the JSON package writes it, so that it stays the same, byte for byte, inside an event.
func (c *Client) PutReport(ctx context.Context, id string, report []byte) (a schemas.Artifact, inline schemas.RawJSON, err error) {
	report, err = json.Marshal(schemas.RawJSON(report))
	if err != nil {
		return a, nil, fmt.Errorf("report of %s: %w", id, err)
	}
	if len(report) > schemas.InlineLimit {
		a, err = c.PutArtifact(ctx, id, "application/json", report)
		return a, nil, err
	}
	sum := sha256.Sum256(report)
	return schemas.ReportIn(id, hex.EncodeToString(sum[:]), int64(len(report))), report, nil
}

// PutOutput returns the output of a stage as its event carries it: inline, or by reference when it is big.
func (c *Client) PutOutput(ctx context.Context, id string, content []byte) (schemas.Output, error) {
	if len(content) <= schemas.InlineLimit {
		return schemas.Output{Inline: content}, nil
	}
	a, err := c.PutArtifact(ctx, id, "application/json", content)
	return schemas.Output{Artifact: a}, err
}

// Output reads what PutOutput has stored.
func (c *Client) Output(ctx context.Context, o schemas.Output) ([]byte, error) {
	if len(o.Inline) > 0 {
		return o.Inline, nil
	}
	return c.Artifact(ctx, o.Artifact)
}
