package main

import (
	"context"
	"testing"
	"time"
)

func TestWorkflowsThatSleepAreAllAtWork(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	m, line, err := startMember(ctx, "sleeping", "--dir="+t.TempDir(), "--workflows=50")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.stop(); err != nil || line != "50 workflows wait, 50 of them at work" {
		t.Errorf("%q, %v", line, err)
	}
}
