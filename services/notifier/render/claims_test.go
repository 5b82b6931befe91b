package render

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
)

func quote(document int, text string) schemas.Quote {
	return schemas.Quote{Document: document, Text: text}
}

// field returns the value of a card's field; empty: there is none.
func field(m discord.Message, name string) string {
	for _, f := range m.Embeds[0].Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// reviewedReport is one of which others say something without any evidence: a figure of another time, and reviews.
func reviewedReport() schemas.Report {
	return schemas.Report{
		Documents: []schemas.DocumentNote{{SiteName: "Audit Office"}},
		Claims: &schemas.Verification{
			Claims: []schemas.Claim{
				{Where: quote(0, "The pier is old."), Verdict: schemas.VerdictNotFound},
				{Where: quote(0, "The pier is safe."), Verdict: schemas.VerdictNotChecked, Reviews: []int{7, 1}},
				{
					Where: quote(0, "Flooding fell by 80 percent since 2021."), Verdict: schemas.VerdictNotFound,
					Beside: []schemas.Evidence{{Where: quote(1, "Flooding fell by 35 percent in two winters."), Why: "the same change, not the same time"}},
				},
				{Where: quote(0, "The pier cost 9 million."), Verdict: schemas.VerdictDisputed, Evidence: []schemas.Evidence{{Where: quote(1, "It cost 12 million."), Against: true}}},
			},
			Reviews: []schemas.ClaimReview{
				{Claim: "The pier was a gift", Claimant: "the builder", Rating: "Mostly @everyone false", Reviewer: "Coast Check"}, {Claim: "The pier is safe", Reviewer: "Coast Check"},
			},
		},
	}
}

func TestACardShowsWhatStandsBesideAClaimAndItsReviews(t *testing.T) {
	m := Report(reviewedReport(), 0, false)
	check(t, m)
	want := "🔴 “The pier cost 9 million.”\n　against: “It cost 12 million.” (Audit Office)\n" +
		"⚪ “Flooding fell by 80 percent since 2021.”\n　beside: “Flooding fell by 35 percent in two winters.” (Audit Office), the same change, not the same time\n" +
		"▫️ “The pier is safe.”\n　review: by Coast Check, without a rating"
	if got := field(m, "What others say of its claims"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	want = "“The pier was a gift” of the builder, rated **“Mostly @\u200beveryone false”** by Coast Check"
	if got := field(m, "Reviewed by others"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestACardShowsWhichFiguresAndSentencesChanged(t *testing.T) {
	change := &schemas.Change{
		Since: time.Unix(1_777_627_800, 0), Unchanged: 5, EditedCount: 4, RemovedCount: 60, Removed: []string{"Gone."}, TitleWas: "The *old* title",
		Edited:  []schemas.Edit{{Was: "It cost 2 million.", Now: quote(0, "It cost 3 million.")}, {Was: "It is old.", Now: quote(0, "It is very old.")}},
		Figures: []schemas.Figure{{Was: "2 million", Now: "3 million"}, {Was: "4", Now: "5"}, {Was: "6", Now: "7"}, {Was: "8", Now: "9"}},
	}
	head := "Since the last report of it, <t:1777627800:D>: sentences reworded: 4, added: 0, removed: 60, unchanged: 5.\nThe title was: “The \\*old\\* title”\n"
	want := head + "Another figure: **3 million**, where **2 million** stood\nAnother figure: **5**, where **4** stood\nAnother figure: **7**, where **6** stood\n… and 1 more in the full report"
	m := Report(schemas.Report{Knowledge: &schemas.Knowledge{Changed: change}}, 0, false)
	check(t, m)
	if got := field(m, "Changed?"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	change.Figures = nil
	want = head + "Reworded: “It cost 3 million.”\n　it read: “It cost 2 million.”\nReworded: “It is very old.”\n　it read: “It is old.”\n… and 1 more in the full report"
	if got := field(Report(schemas.Report{Knowledge: &schemas.Knowledge{Changed: change}}, 0, false), "Changed?"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	change.Same = true
	if got := field(Report(schemas.Report{Knowledge: &schemas.Knowledge{Changed: change}}, 0, false), "Changed?"); got != "Since the last report of it, <t:1777627800:D>: not a word." {
		t.Errorf("%q", got)
	}
}

// TestWhatDoesNotFitIntoAFieldIsCounted: of claims and reviews at their longest, as many as fit are whole, and the rest is counted.
func TestWhatDoesNotFitIntoAFieldIsCounted(t *testing.T) {
	r, long := reviewedReport(), strings.Repeat("*flood* ", 400)
	for i := range r.Claims.Claims {
		c := &r.Claims.Claims[i]
		c.Where.Text, c.Beside, c.Reviews = long, []schemas.Evidence{{Where: quote(1, long), Why: long}}, []int{1}
	}
	r.Claims.Reviews[0].Claim, r.Claims.Reviews[0].Claimant, r.Claims.Reviews[0].Reviewer, r.Claims.Reviews[0].Rating = long, long, long, long
	r.Claims.Reviews[1].Reviewer, r.Claims.Reviews[1].Rating = long, long
	for range 5 {
		r.Claims.Reviews = append(r.Claims.Reviews, r.Claims.Reviews[0])
	}
	m := Report(r, 0, false)
	check(t, m)
	for name, all := range map[string]int{"What others say of its claims": 4, "Reviewed by others": 6} {
		value := field(m, name)
		whole, left := 0, 0
		for line := range strings.SplitSeq(value, "\n") {
			switch {
			case strings.HasPrefix(line, "…"):
				if _, err := fmt.Sscanf(line, "… and %d more in the full report", &left); err != nil {
					t.Error(err)
				}
			case !strings.HasPrefix(line, "　"): // evidence is of the claim above it
				whole++
			}
		}
		if utf8.RuneCountInString(value) > discord.MaxFieldValue || left == 0 || whole+left != all {
			t.Errorf("%s: %d shown, %d counted, of %d: %q", name, whole, left, all, value)
		}
	}
	if got := lines([]string{"a", "b"}, 3); got != "a\nb\n… and 3 more in the full report" {
		t.Errorf("%q", got)
	}
	if got := lines([]string{"a", strings.Repeat("b", 1000)}, 3); got != "a\n… and 4 more in the full report" {
		t.Errorf("%q", got)
	}
}
