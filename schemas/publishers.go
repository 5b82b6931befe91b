package schemas

// The services.
const (
	ServiceIngest   = "ingest"
	ServiceAnalyzer = "analyzer"
	ServiceNotifier = "notifier"
	ServiceArchiver = "archiver"
)

// Services lists them.
func Services() []string {
	return []string{ServiceIngest, ServiceAnalyzer, ServiceNotifier, ServiceArchiver}
}

// Publishers says which services append an event of a type. Those of a stage are appended by the service that runs it, and by
// no other: for them it lists nobody.
func Publishers(typ string) []string {
	switch typ {
	case TypeWorkflowRequested, TypeSessionAcknowledged, TypeWorkflowCancelled, TypeRetrievalRequested:
		return []string{ServiceIngest}
	case TypeWorkflowFailed: // a stage that nothing can go on without, and the deadline
		return []string{ServiceIngest, ServiceAnalyzer, ServiceNotifier}
	case TypeWorkflowCompleted:
		return []string{ServiceAnalyzer}
	case TypeSessionClosed: // Discord's answer to the acknowledgement, or to anything after it
		return []string{ServiceIngest, ServiceNotifier}
	case TypeSessionExpiring, TypeDeliverySucceeded, TypeDeliveryFailed, TypeTriggerRepeated:
		return []string{ServiceNotifier}
	case TypeResultArchived, TypeResultExpiring, TypeRetrievalCompleted, TypeRetrievalRefused:
		return []string{ServiceArchiver}
	}
	return nil
}

// Pattern is the subject of every event of a type, of any workflow; of those with a qualifier, of any.
func Pattern(typ string) string {
	zero, ok := Zero(typ)
	if !ok {
		return ""
	}
	s := SubjectOf("*", zero)
	switch typ {
	case TypeStageCompleted, TypeStageSkipped, TypeStageFailed, TypeDeliverySucceeded, TypeDeliveryFailed, TypeTriggerRepeated:
		s += ".*"
	}
	return s
}
