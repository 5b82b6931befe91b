package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

func everywhere() targets {
	at := targets{}
	for _, f := range allFaults[:9] {
		at[f] = []string{f + "-1", f + "-2"}
	}
	return at
}

func TestTheSameSeedDrawsTheSameFaults(t *testing.T) {
	one, two := strikesOf(7, time.Minute, allFaults, everywhere()), strikesOf(7, time.Minute, allFaults, everywhere())
	if len(one) == 0 || !slices.Equal(one, two) {
		t.Errorf("%v\n%v", one, two)
	}
	if slices.Equal(one, strikesOf(8, time.Minute, allFaults, everywhere())) {
		t.Error("another seed draws the same")
	}
	for n := range 100 {
		first, again := fateOf(7, n, 20*time.Second, allFaults), fateOf(7, n, 20*time.Second, allFaults)
		if first != again {
			t.Errorf("the fate of %d changes", n)
		}
	}
}

func TestEveryFaultThatCanBeHadIsAmongThoseOfAMinute(t *testing.T) {
	at := everywhere()
	delete(at, faultDisk) // cannot be had
	for seed := range uint64(50) {
		had := map[string]int{}
		for _, s := range strikesOf(seed, time.Minute, allFaults, at) {
			had[s.Fault]++
		}
		for fault := range at {
			if had[fault] == 0 {
				t.Errorf("seed %d has no %s", seed, fault)
			}
		}
		if had[faultDisk] > 0 {
			t.Error("a fault without targets was drawn")
		}
	}
}

func TestNoFaultsAreDrawnWhereNoneAreWanted(t *testing.T) {
	if all := strikesOf(1, time.Minute, nil, everywhere()); len(all) > 0 {
		t.Errorf("%v", all)
	}
	for n := range 500 {
		if f := fateOf(1, n, 20*time.Second, nil); f.Twice >= 0 || f.Expires > 0 {
			t.Errorf("%+v", f)
		}
	}
}

func TestCommandsHaveFatesOfEveryKind(t *testing.T) {
	had := map[string]bool{}
	for n := range 500 {
		f := fateOf(3, n, 20*time.Second, allFaults)
		had[f.Page], had[f.Depth] = true, true
		for name, is := range map[string]bool{"private": f.Private, "direct": f.Direct, "installed": f.Installed, "at once": f.Twice == 0, "later": f.Twice > 0, "expires": f.Expires > 0, "cancel": f.Cancel > 0} {
			had[name] = had[name] || is
		}
	}
	for _, want := range []string{pagePlain, pageSlow, pageMissing, pageFlaky, "standard", "deep", "experimental", "private", "direct", "installed", "at once", "later", "expires", "cancel"} {
		if !had[want] {
			t.Errorf("none is %s", want)
		}
	}
}

func TestFaultsThatDoNotExistAreRefused(t *testing.T) {
	if _, err := chosenFaults([]string{"kill", "comet"}); err == nil {
		t.Error("a comet was accepted")
	}
	if all, err := chosenFaults([]string{"all"}); err != nil || len(all) != len(allFaults) {
		t.Errorf("%v, %v", all, err)
	}
	if none, err := chosenFaults([]string{"none"}); err != nil || len(none) != 0 {
		t.Errorf("%v, %v", none, err)
	}
}

func TestAWrongUseIsExplained(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"--faults=comet", "--nodes=2", "--workflows=0", "--session=1s"}, &out, &errs); code != 2 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"comet", "--nodes", "--workflows", "--session"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("%s is not said to be wrong: %s", want, &errs)
		}
	}
}
