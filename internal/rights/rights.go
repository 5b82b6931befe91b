// Package rights says what each service may do on the broker, from what is declared elsewhere: which events it appends, which
// stages it runs, which consumers are its own. The users of deploy/nats/accounts.conf are written from it, so a new event, stage or
// consumer changes them, and a test says when they were not written anew.
package rights

import (
	"fmt"
	"slices"
	"strings"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Rights are a user's: what it may publish to, what of that it may not, and what it may listen to.
type Rights struct {
	Publish, Deny, Subscribe []string
	// Answers lets it answer a request once, wherever the request wants its answer.
	Answers bool
}

// Of returns the rights of a service. Whatever is not listed is refused: to make, change, empty or delete a stream, to
// remove a message, to append another service's events, to take messages from another's consumers.
func Of(service string) Rights {
	var r Rights
	r.publish(appends(service)...)
	r.publish(api("STREAM.INFO", schemas.StreamLog, "KV_"+schemas.BucketSessions, "KV_"+schemas.BucketRunning, "OBJ_"+schemas.BucketArtifacts)...)
	r.publish(reading(schemas.StreamLog)...)
	r.publish(reading("OBJ_" + schemas.BucketArtifacts)...)
	r.publish(temporary("OBJ_" + schemas.BucketArtifacts)...)
	if service != schemas.ServiceNotifier { // it writes none
		r.publish("$O."+schemas.BucketArtifacts+".C.*", "$O."+schemas.BucketArtifacts+".M.*")
	}
	for _, c := range Consumers(service) {
		r.publish(
			"$JS.API.CONSUMER.MSG.NEXT."+c.Stream+"."+c.Name,
			"$JS.ACK."+c.Stream+"."+c.Name+".>", "$JS.ACK.*.*."+c.Stream+"."+c.Name+".>",
			schemas.DeadPrefix+c.Name+".*",
		)
		if c.MaxDeliver < 0 { // how often a message was begun is counted by who begins it
			r.publish("$KV."+schemas.BucketBegun+"."+c.Name+".*", "$JS.API.DIRECT.GET.KV_"+schemas.BucketBegun)
		}
	}
	if stages := workflow.StagesOf(service); len(stages) > 0 {
		for _, s := range stages {
			r.publish(schemas.ProgressSubject("*", s))
		}
		r.follow(schemas.StreamLog)
	}
	r.Subscribe = []string{"_INBOX_" + service + ".>"}
	switch service {
	case schemas.ServiceIngest: // makes sessions, leases and timers; shows what runs; asks the archive
		r.publish("$KV."+schemas.BucketSessions+".*", schemas.TimerSubject("*"), schemas.ServiceArchive+".*")
		r.publish(reading("KV_" + schemas.BucketSessions)...)
		r.leases()
		r.publish(reading(schemas.StreamProgress)...)
	case schemas.ServiceAnalyzer: // asks the archive
		r.publish(schemas.ServiceArchive + ".*")
	case schemas.ServiceNotifier: // reads sessions and closes them, gives leases back, sets the next timer
		r.publish("$KV."+schemas.BucketSessions+".*", schemas.TimerSubject("*"))
		r.publish(reading("KV_" + schemas.BucketSessions)...)
		r.leases()
		r.publish(reading(schemas.StreamProgress)...)
	case schemas.ServiceArchiver: // answers what it is asked
		r.Answers = true
		r.Subscribe = append(r.Subscribe, schemas.ServiceArchive+".>", "$SRV.>")
	}
	slices.Sort(r.Publish)
	r.Publish = slices.Compact(r.Publish)
	return r
}

func (r *Rights) publish(subjects ...string) { r.Publish = append(r.Publish, subjects...) }

// leases are the bucket of running workflows: taken, given back and listed.
func (r *Rights) leases() {
	r.publish("$KV." + schemas.BucketRunning + ".>")
	r.publish(reading("KV_" + schemas.BucketRunning)...)
	r.publish(temporary("KV_" + schemas.BucketRunning)...)
}

// follow lets a service listen to a stream by consumers of its own that do not last. Durable ones, whose names are known, it
// can neither make, change, delete nor take from, but for those that are its own to take from.
func (r *Rights) follow(stream string) {
	r.publish(temporary(stream)...)
	for _, c := range workflow.Consumers() {
		if c.Stream != stream {
			continue
		}
		for _, verb := range []string{"CREATE", "DELETE"} {
			r.Deny = append(r.Deny, "$JS.API.CONSUMER."+verb+"."+stream+"."+c.Name)
		}
		r.Deny = append(r.Deny, "$JS.API.CONSUMER.CREATE."+stream+"."+c.Name+".>")
		if next := "$JS.API.CONSUMER.MSG.NEXT." + stream + "." + c.Name; !slices.Contains(r.Publish, next) {
			r.Deny = append(r.Deny, next)
		}
	}
}

// appends are the subjects of the events that a service appends.
func appends(service string) []string {
	var subjects []string
	for _, typ := range schemas.Types() {
		if slices.Contains(schemas.Publishers(typ), service) {
			subjects = append(subjects, schemas.Pattern(typ))
		}
	}
	for _, s := range workflow.StagesOf(service) {
		for _, d := range []schemas.Data{schemas.StageCompleted{Stage: s}, schemas.StageSkipped{Stage: s}, schemas.StageFailed{Stage: s}} {
			subjects = append(subjects, schemas.SubjectOf("*", d))
		}
	}
	return subjects
}

// Consumers are the durable consumers that a service takes from.
func Consumers(service string) []schemas.Consumer {
	var names []string
	switch service {
	case schemas.ServiceNotifier:
		names = append(schemas.NotifierConsumers(), schemas.ConsumerProgress, schemas.ConsumerWatch)
	case schemas.ServiceArchiver:
		names = schemas.ArchiverConsumers()
	default:
		names = []string{schemas.DeadConsumerName(service)}
	}
	return slices.DeleteFunc(workflow.Consumers(), func(c schemas.Consumer) bool {
		stage, _ := schemas.StageOfConsumer(c.Name)
		return !slices.Contains(names, c.Name) && !slices.Contains(workflow.StagesOf(service), stage)
	})
}

func api(verb string, streams ...string) []string {
	var subjects []string
	for _, s := range streams {
		subjects = append(subjects, "$JS.API."+verb+"."+s)
	}
	return subjects
}

// reading is to ask for single messages of a stream, of any replica or of its leader.
func reading(stream string) []string {
	return []string{"$JS.API.DIRECT.GET." + stream, "$JS.API.DIRECT.GET." + stream + ".>", "$JS.API.STREAM.MSG.GET." + stream}
}

// temporary is to listen to a stream by consumers that do not last.
func temporary(stream string) []string {
	return []string{
		"$JS.API.CONSUMER.CREATE." + stream + ".>", "$JS.API.CONSUMER.INFO." + stream + ".*", "$JS.API.CONSUMER.DELETE." + stream + ".*",
		"$JS.API.CONSUMER.MSG.NEXT." + stream + ".*", "$JS.FC." + stream + ".>",
	}
}

// Accounts is the file of the broker's users.
func Accounts() string {
	var b strings.Builder
	b.WriteString(`# Who may do what on the broker, written by: cd internal && go test ./rights -update
# A user is known by an nkey: its public half stands in the server's environment, its seed in the one service that is this
# user (` + "`autointel keys`" + ` makes both). What is not allowed is refused.
accounts {
  AUTOINTEL {
    jetstream: enabled
    users: [
      { nkey: $OPERATOR_NKEY }
`)
	for _, service := range schemas.Services() {
		r := Of(service)
		fmt.Fprintf(&b, "      { nkey: $%s_NKEY, permissions: {\n          publish: {\n            allow: %s", strings.ToUpper(service), list(r.Publish))
		if len(r.Deny) > 0 {
			fmt.Fprintf(&b, "\n            deny: %s", list(r.Deny))
		}
		if r.Answers {
			b.WriteString("\n          }\n          allow_responses: {\n            max: 1, expires: \"1m\"")
		}
		fmt.Fprintf(&b, "\n          }\n          subscribe: { allow: [%s] } } }\n", strings.Join(quoted(r.Subscribe), ", "))
	}
	b.WriteString("    ]\n  }\n}\n")
	return b.String()
}

func list(subjects []string) string {
	return "[\n              " + strings.Join(quoted(subjects), "\n              ") + "\n            ]"
}

func quoted(subjects []string) []string {
	var q []string
	for _, s := range subjects {
		q = append(q, fmt.Sprintf("%q", s))
	}
	return q
}
