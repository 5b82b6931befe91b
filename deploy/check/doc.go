// Package check proves the manifests of deploy/ without a cluster: every object is decoded strictly into the type that the
// cluster decodes it into, every pod passes the pod security profile "restricted", and what one file says of another, or of
// the programs, is true: settings, ports, consumers, secrets, labels.
package check
