// Package faultpoint marks the places after which a process may die: an append, an acknowledgement, a request to Discord, a write to
// the archive. With the build tag faultpoints a process can be told to kill itself at one of them (bench/crash does); without it, On
// is false and the compiler leaves every place out.
//
// What stands at such a place reads:
//
//	if faultpoint.On {
//		faultpoint.Reached("append", subject)
//	}
package faultpoint

// Variables of the environment that a build with fault points reads.
const (
	// EnvLog names a file to which each point that is reached is appended, a line each: its kind, its place, and how many times it has
	// been reached in this life of the process, as in "append stage.completed.verify #1".
	EnvLog = "FAULTPOINT_LOG"
	// EnvKill is such a line: when it is reached, the process kills itself.
	EnvKill = "FAULTPOINT_KILL"
)
