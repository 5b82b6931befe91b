// Package archtest holds rules about the whole tree as tests: who may import whom, which packages are functions of their arguments,
// and that what the documents name exists. It has no code of its own.
//
// go test does not notice changes of files in other modules and may show an earlier result: while you work on those, run this
// package with -count=1.
package archtest
