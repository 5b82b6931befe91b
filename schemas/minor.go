//go:build !newerminor

package schemas

// added is what a newer minor version of every event says beside what this one knows. This version adds nothing.
const added = ""
