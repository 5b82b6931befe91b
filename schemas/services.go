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
func Publishers(typ string) []string { return registry[typ].publishers }
