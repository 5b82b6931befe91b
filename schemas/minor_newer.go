//go:build newerminor

package schemas

// added stands in for the next minor version, so that a rolling upgrade can be tried with two of them side by side (bench/chaos
// --rolling --mixed): a field of every event that the version before it does not know.
const added = `,"added_by_a_newer_minor":{"note":"unknown to the version before"}`
