package render

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// How much of what a report says stands in its card, in characters where not said otherwise. Each is clipped before it is escaped,
// so that no escape is torn apart.
const (
	inCard      = 3500 // how long a report may be for its card to be all of it
	maxHeadline = 600
	maxQuote    = 180
	maxWhy      = 160
	topSentence = 4 // sentences of the summary
	topClaims   = 5
	topReviews  = 3
	topSigns    = 5
	topChanges  = 3
)

// Report shows a finished report: a card that begins with the verdict, and the whole as a Markdown file when the card leaves
// something out. Retrieval always gives the whole.
func Report(r schemas.Report, sizeLimit int64, whole bool) discord.Message {
	title := r.Title
	if title == "" {
		title = r.URL
	}
	e := &discordgo.MessageEmbed{
		Title: discord.Escape(discord.Clip(title, discord.MaxTitle)), Color: colour(r), Footer: footer(r.WorkflowID), Description: opening(r),
	}
	for _, f := range []func(schemas.Report) (name, value string, inline bool){
		trust, claimsCounted, took, limited, partner, spokenOf, reviewed, signs, changed, sources, terms, tone, readability, leftOut,
	} {
		if name, value, inline := f(r); value != "" {
			e.Fields = append(e.Fields, &discordgo.MessageEmbedField{Name: name, Value: value, Inline: inline})
		}
	}
	m := discord.Message{Embeds: discord.FitEmbeds([]*discordgo.MessageEmbed{e}), Components: reportButtons(r, whole)}
	if sizeLimit <= 0 {
		sizeLimit = discord.MaxFileSize
	}
	if whole || utf8.RuneCountInString(r.Markdown) > inCard {
		if int64(len(r.Markdown)) <= sizeLimit {
			m.Files = []discord.File{{Name: r.WorkflowID + ".md", ContentType: "text/markdown; charset=utf-8", Data: []byte(r.Markdown)}}
		} else {
			m.Content = "The full report is larger than the files that are allowed here."
		}
	}
	return m
}

// reportButtons are what can be done with a report: get the whole of it as a file, where it is not there already, and look
// deeper, where there is a next depth.
func reportButtons(r schemas.Report, whole bool) []discordgo.MessageComponent {
	var buttons []discordgo.Button
	if !schemas.ValidID(r.WorkflowID) { // of the earlier system: all there is of it is in the file
		return nil
	}
	if !whole && utf8.RuneCountInString(r.Markdown) <= inCard {
		buttons = append(buttons, discordgo.Button{Label: "Full report", CustomID: discord.ReportPrefix + r.WorkflowID, Style: discordgo.SecondaryButton})
	}
	if _, deeper := workflow.Deeper(r.Depth); deeper {
		buttons = append(buttons, discordgo.Button{Label: "Run deeper", CustomID: discord.DeeperPrefix + r.WorkflowID, Style: discordgo.SecondaryButton})
	}
	return discord.Buttons(buttons...)
}

// colour is that of the trust score's band; of a report without one, blue.
func colour(r schemas.Report) int {
	switch a := r.Assessment; {
	case a == nil:
		return discord.Blue
	case a.Trust.Score >= schemas.TrustSolid:
		return discord.Green
	case a.Trust.Score >= schemas.TrustMiddling:
		return discord.Orange
	}
	return discord.Red
}

// opening is the address, the verdict, and what the source says: in a model's words, where there is one, else in its own.
func opening(r schemas.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n**%s**\n\n", discord.Address(r.URL), escape(r.Headline, maxHeadline))
	a := r.Analysis
	if a == nil {
		return b.String()
	}
	if a.Abstract != nil && len(a.Abstract.Statements) > 0 {
		for _, s := range a.Abstract.Statements[:min(topSentence, len(a.Abstract.Statements))] {
			fmt.Fprintf(&b, "• %s\n", escape(s.Text, 2*maxQuote))
		}
		return b.String()
	}
	for _, s := range a.Summary[:min(topSentence, len(a.Summary))] {
		fmt.Fprintf(&b, "• %s\n", quoted(s.Text, 2*maxQuote))
	}
	return b.String()
}

// escape clips text that somebody else wrote, and makes it harmless.
func escape(s string, n int) string { return discord.Escape(discord.Clip(s, n)) }

// quoted puts a text into quotation marks, unless it begins with some of its own.
func quoted(s string, n int) string {
	if first, _ := utf8.DecodeRuneInString(s); strings.ContainsRune("“\"„«»”", first) {
		return escape(s, n)
	}
	return "“" + escape(s, n) + "”"
}

// lines puts as many whole lines into a field as it has room for, of those it is given; left are more that are only counted.
func lines(list []string, left int) string {
	var b strings.Builder
	for i, l := range list {
		more := fmt.Sprintf("… and %d more in the full report", len(list)-i+left)
		if utf8.RuneCountInString(b.String())+utf8.RuneCountInString(l)+utf8.RuneCountInString(more)+2 > discord.MaxFieldValue {
			return b.String() + more
		}
		b.WriteString(l + "\n")
	}
	if left > 0 && len(list) > 0 {
		fmt.Fprintf(&b, "… and %d more in the full report", left)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func trust(r schemas.Report) (name, value string, inline bool) {
	if r.Assessment == nil {
		return "", "", true
	}
	t := r.Assessment.Trust
	full := max(0, min(barWidth, barWidth*t.Score/100))
	value = fmt.Sprintf("**%d** of 100", t.Score)
	if t.Margin > 0 {
		value += fmt.Sprintf(" (±%d)", t.Margin)
	}
	return "Trust", value + "\n" + strings.Repeat("▰", full) + strings.Repeat("▱", barWidth-full), true
}

func took(r schemas.Report) (name, value string, inline bool) {
	depth := escape(r.Depth, maxDepth)
	if depth == "" {
		depth = "–"
	}
	return "Depth", fmt.Sprintf("%s, in %s", depth, r.CreatedAt.Sub(r.RequestedAt).Round(time.Second)), true
}

func site(r schemas.Report, document int) string {
	if document < 1 || document > len(r.Documents) {
		return "the source itself"
	}
	d := r.Documents[document-1]
	if d.SiteName != "" {
		return escape(d.SiteName, 60)
	}
	if _, rest, found := strings.Cut(d.URL, "://"); found {
		host, _, _ := strings.Cut(rest, "/")
		return escape(host, 60)
	}
	return "another page"
}

func signs(r schemas.Report) (name, value string, inline bool) {
	if r.Assessment == nil {
		return "", "", false
	}
	groups := schemas.GroupFindings(r.Assessment.Findings)
	top := min(topSigns, len(groups))
	var list []string
	for _, g := range groups[:top] {
		times := ""
		if n := len(g.Findings); n > 1 {
			times = fmt.Sprintf(", %d times", n)
		}
		if strings.HasPrefix(g.Findings[0].Method, schemas.MethodModel) {
			times += ", named by the language model"
		}
		why := g.Why
		if why == "" {
			why = g.Findings[0].Why
		}
		list = append(list, fmt.Sprintf("**%s** (%s%s): %s", escape(g.Name, 80), schemas.SeverityWord(g.Severity), times, escape(why, maxWhy)))
	}
	return "Signs of manipulation", lines(list, len(groups)-top), false
}

// changed says whether the page is another than when it was last looked into.
func changed(r schemas.Report) (name, value string, inline bool) {
	if r.Knowledge == nil || r.Knowledge.Changed == nil {
		return "", "", false
	}
	c := r.Knowledge.Changed
	since := fmt.Sprintf("Since the last report of it, <t:%d:D>: ", c.Since.Unix())
	if c.Same {
		return "Changed?", since + "not a word.", false
	}
	list := []string{since + fmt.Sprintf("sentences reworded: %d, added: %d, removed: %d, unchanged: %d.",
		max(c.EditedCount, len(c.Edited)), max(c.AddedCount, len(c.Added)), max(c.RemovedCount, len(c.Removed)), c.Unchanged)}
	if c.TitleWas != "" {
		list = append(list, "The title was: "+quoted(c.TitleWas, maxQuote))
	}
	changes := len(c.Figures)
	for _, f := range c.Figures[:min(topChanges, changes)] {
		list = append(list, fmt.Sprintf("Another figure: **%s**, where **%s** stood", escape(f.Now, maxName), escape(f.Was, maxName)))
	}
	if changes == 0 { // figures stand in reworded sentences
		changes = max(c.EditedCount, len(c.Edited))
		for _, e := range c.Edited[:min(topChanges, len(c.Edited))] {
			list = append(list, fmt.Sprintf("Reworded: %s\n　it read: %s", quoted(e.Now.Text, maxQuote), quoted(e.Was, maxQuote)))
		}
	}
	return "Changed?", lines(list, max(0, changes-topChanges)), false
}

// sources names the other documents that were read.
func sources(r schemas.Report) (name, value string, inline bool) {
	var list []string
	for i := range r.Documents {
		if s := site(r, i+1); !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	if n := len(list); n > 8 {
		list = append(list[:8], fmt.Sprintf("and %d more", n-8))
	}
	return "Compared with", strings.Join(list, ", "), false
}

func terms(r schemas.Report) (name, value string, inline bool) {
	if r.Analysis == nil {
		return "", "", false
	}
	var list []string
	for _, t := range r.Analysis.KeyTerms[:min(8, len(r.Analysis.KeyTerms))] {
		list = append(list, escape(t.Text, 60))
	}
	return "Key terms", strings.Join(list, ", "), false
}

func tone(r schemas.Report) (name, value string, inline bool) {
	if r.Analysis == nil || r.Analysis.Tone == nil {
		return "", "", true
	}
	t := r.Analysis.Tone
	return "Lexical tone", fmt.Sprintf("%s (%+.2f)", schemas.ToneWord(t.Compound), t.Compound), true
}

func readability(r schemas.Report) (name, value string, inline bool) {
	if r.Analysis == nil || r.Analysis.Readability == nil {
		return "", "", true
	}
	x := r.Analysis.Readability
	return "Readability", fmt.Sprintf("ease %.0f, about %.0f min", x.FleschReadingEase, max(1, x.ReadingTimeMinutes)), true
}

// limited says what of the source could not be read: whoever reads the verdict must know.
func limited(r schemas.Report) (name, value string, inline bool) {
	var list []string
	for _, l := range r.Limits {
		if l.Stage == workflow.Acquire {
			list = append(list, escape(l.Message, maxWhy))
		}
	}
	return "Not all of the source", lines(list, 0), false
}

// partner is the label by which the page names who had a part in it; that it is advertising, the verdict says.
func partner(r schemas.Report) (name, value string, inline bool) {
	if r.Partner == "" || r.Sponsored != "" {
		return "", "", false
	}
	return "Made with others, as it says", quoted(r.Partner, maxQuote), false
}

// leftOut lists what could not be done, by reason.
func leftOut(r schemas.Report) (name, value string, inline bool) {
	var order []string
	stages := map[string][]string{}
	for _, s := range r.Sections {
		if s.Status == workflow.Completed {
			continue
		}
		why := escape(strings.ReplaceAll(s.Reason, "_", " "), 60)
		if stages[why] == nil {
			order = append(order, why)
		}
		stages[why] = append(stages[why], escape(schemas.StageWord(s.Stage), 40))
	}
	var list []string
	for _, why := range order {
		list = append(list, strings.Join(stages[why], ", ")+" ("+why+")")
	}
	return "Not in this report", lines(list, 0), false
}
