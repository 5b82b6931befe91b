package schemas

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEverySubjectIsKeptByExactlyOneStream(t *testing.T) {
	subjects := map[string]string{
		ProgressSubject("wf_1", "analyze"): StreamProgress,
		TimerSubject("wf_1"):               StreamTimers,
		DueSubject("wf_1"):                 StreamTimers,
		DeadPrefix + "archiver-ended.7":    StreamDead,
		"$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES." + StreamLog + ".stage-analyze-after-transcribe": StreamDead,
	}
	for _, d := range samples {
		subjects[SubjectOf("wf_1", d)] = StreamLog
	}
	for subject, want := range subjects {
		var got []string
		for _, s := range Streams(time.Hour) {
			if slices.ContainsFunc(s.Subjects, func(filter string) bool { return takes(filter, subject) }) {
				got = append(got, s.Name)
			}
		}
		if !slices.Equal(got, []string{want}) {
			t.Errorf("%s is kept by %v, want %s", subject, got, want)
		}
	}
}

// A stream with schedules can be rolled up, and so wiped by whoever may publish to it; one that is volatile can lose what is newest.
func TestTheLogCanNeitherBeWipedNorLost(t *testing.T) {
	const retention = 30 * 24 * time.Hour
	for _, s := range Streams(retention) {
		timers, progress := s.Name == StreamTimers, s.Name == StreamProgress
		if s.Schedules != timers || s.Volatile != progress || s.Limited != (s.Name == StreamLog) {
			t.Errorf("%+v", s)
		}
		if (s.PerSubject == 1) != (timers || progress) {
			t.Errorf("%s keeps %d messages per subject", s.Name, s.PerSubject)
		}
		if (s.MaxAge == retention) == progress {
			t.Errorf("%s keeps its messages for %v", s.Name, s.MaxAge)
		}
	}
}

func TestAStageIsStartedByWhatItCanDependOnAndByTheWatchdog(t *testing.T) {
	started := func(dependencies []string, root bool) (names, types []string) {
		for _, c := range StageConsumers("verify", dependencies, root) {
			names = append(names, c.Name)
			types = append(types, taken(c.Filter)...)
		}
		slices.Sort(types)
		return names, types
	}
	names, types := started([]string{"analyze", "transcribe"}, false)
	if want := []string{"stage-verify-after-analyze", "stage-verify-after-transcribe", "stage-verify-after-repeated"}; !slices.Equal(names, want) {
		t.Errorf("consumers %v, want %v", names, want)
	}
	if want := []string{TypeStageCompleted, TypeStageFailed, TypeStageSkipped, TypeTriggerRepeated}; !slices.Equal(types, want) {
		t.Errorf("they take in %v, want %v", types, want)
	}
	names, types = started(nil, true)
	if want := []string{"stage-verify-after-request", "stage-verify-after-repeated"}; !slices.Equal(names, want) {
		t.Errorf("a root's consumers %v, want %v", names, want)
	}
	if want := []string{TypeTriggerRepeated, TypeWorkflowRequested}; !slices.Equal(types, want) {
		t.Errorf("a root's take in %v, want %v", types, want)
	}
}

func TestAConsumerSaysWhichStageItStarts(t *testing.T) {
	for _, stage := range OutputStages() {
		for _, c := range StageConsumers(stage, OutputStages(), true) {
			if got, ok := StageOfConsumer(c.Name); got != stage || !ok {
				t.Errorf("%s starts %q, %v", c.Name, got, ok)
			}
		}
	}
	others := []string{"", "stage-verify", DeadConsumerName(ServiceIngest)}
	for _, c := range ServiceConsumers() {
		others = append(others, c.Name)
	}
	for _, name := range others {
		if stage, ok := StageOfConsumer(name); ok {
			t.Errorf("%q is said to start %s", name, stage)
		}
	}
}

func TestEveryServiceHearsOfWhatIsItsOwn(t *testing.T) {
	ended := []string{TypeWorkflowCancelled, TypeWorkflowCompleted, TypeWorkflowFailed}
	want := map[string][]string{
		"notifier-ended":     ended,
		"notifier-session":   {TypeSessionAcknowledged, TypeSessionClosed, TypeSessionExpiring},
		"notifier-result":    {TypeResultArchived, TypeResultExpiring},
		"notifier-retrieval": {TypeRetrievalCompleted, TypeRetrievalRefused, TypeRetrievalRequested},
		"archiver-ended":     ended,
		"archiver-delivery":  {TypeDeliveryFailed, TypeDeliverySucceeded},
		"archiver-retrieval": {TypeRetrievalRequested},
		ConsumerProgress:     nil, // no events
		ConsumerWatch:        nil,
	}
	var names []string
	for _, c := range ServiceConsumers() {
		names = append(names, c.Name)
		if got := taken(c.Filter); !slices.Equal(got, want[c.Name]) {
			t.Errorf("%s hears of %v, want %v", c.Name, got, want[c.Name])
		}
	}
	if len(names) != len(want) {
		t.Errorf("consumers %v", names)
	}
	for _, name := range append(NotifierConsumers(), ArchiverConsumers()...) {
		if !slices.Contains(names, name) {
			t.Errorf("%s is not declared", name)
		}
	}
}

func TestEveryConsumerReadsFromAStreamThatKeepsWhatItWants(t *testing.T) {
	all := ServiceConsumers()
	for _, s := range Services() {
		all = append(all, DeadConsumer(s))
	}
	all = append(all, StageConsumers("verify", []string{"analyze"}, true)...)
	streams := Streams(time.Hour)
	seen := map[string]bool{}
	for _, c := range all {
		i := slices.IndexFunc(streams, func(s Stream) bool { return s.Name == c.Stream })
		if i < 0 {
			t.Errorf("%s reads from %s, which is no stream", c.Name, c.Stream)
			continue
		}
		example := strings.NewReplacer("*", "x", ">", "x.y").Replace(c.Filter)
		if !slices.ContainsFunc(streams[i].Subjects, func(filter string) bool { return takes(filter, example) }) {
			t.Errorf("%s waits for %s, which %s never keeps", c.Name, c.Filter, c.Stream)
		}
		if seen[c.Name] {
			t.Errorf("there are two consumers %s", c.Name)
		}
		seen[c.Name] = true
		if _, stage := StageOfConsumer(c.Name); stage != (c.MaxDeliver == MaxDeliver) || !stage && c.MaxDeliver != -1 {
			t.Errorf("%s is given up after %d deliveries: of stages alone the server gives up", c.Name, c.MaxDeliver)
		}
		if c.AckWait < 3*Heartbeat || c.MaxPending <= 0 {
			t.Errorf("%+v: one heartbeat that is late costs a second run", c)
		}
	}
}

// Whoever runs a stage settles it, so nobody is listed for that.
func TestEveryEventIsAppendedByServicesThatThereAre(t *testing.T) {
	var unlisted []string
	for _, typ := range Types() {
		for _, service := range Publishers(typ) {
			if !slices.Contains(Services(), service) {
				t.Errorf("%s is appended by %s", typ, service)
			}
		}
		if len(Publishers(typ)) == 0 {
			unlisted = append(unlisted, typ)
		}
	}
	if want := []string{TypeStageCompleted, TypeStageFailed, TypeStageSkipped}; !slices.Equal(unlisted, want) {
		t.Errorf("nobody is listed for %v, want %v", unlisted, want)
	}
}
