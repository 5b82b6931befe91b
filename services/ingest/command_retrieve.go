package ingest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/schemas"
)

// nameRetrieve is what answers, notices and archived files quote.
const nameRetrieve = "retrieve_results"

// commandRetrieve shows a result that was kept.
var commandRetrieve = command{
	name: same(nameRetrieve),
	description: words{
		"Show a result that was kept for you",
		"Ein Ergebnis zeigen, das für dich aufbewahrt wurde",
		"Montrer un résultat conservé pour toi",
	},
	options: []*discordgo.ApplicationCommandOption{
		workflowOption(),
		addressOption(words{
			"Address of the page that was looked into",
			"Adresse der Seite, die untersucht wurde",
			"Adresse de la page examinée",
		}),
		choosing(words{optionSince, "seit", "depuis"}, words{
			"Ended within this time",
			"In dieser Zeit fertig geworden",
			"Terminé pendant cette durée",
		}, sinceChoices()),
		written(words{optionWords, "wörter", "mots"}, words{
			"Words that stand in the report",
			"Wörter, die im Bericht stehen",
			"Mots qui figurent dans le rapport",
		}, maxWords),
	},
	use: func(i *Intake, ctx context.Context, r received) error {
		asked, err := parseRetrieval(r.options())
		switch {
		case err != nil:
			return err
		case asked.Workflow == "":
			return i.find(ctx, r, asked)
		}
		return i.retrieve(ctx, r, asked)
	},
	suggest: (*Intake).suggestEnded,
}

func sinceChoices() []*discordgo.ApplicationCommandOptionChoice {
	return []*discordgo.ApplicationCommandOptionChoice{
		offer("1h", words{"The last hour", "Die letzte Stunde", "La dernière heure"}),
		offer("24h", words{"The last 24 hours", "Die letzten 24 Stunden", "Les dernières 24 heures"}),
		offer("7d", words{"The last 7 days", "Die letzten 7 Tage", "Les 7 derniers jours"}),
		offer("30d", words{"The last 30 days", "Die letzten 30 Tage", "Les 30 derniers jours"}),
	}
}

// sinces are the choices of the option since.
var sinces = map[string]time.Duration{"1h": time.Hour, "24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour, "30d": 30 * 24 * time.Hour}

const maxWords = 200 // characters

func parseRetrieval(o options) (schemas.RetrievalRequested, error) {
	r := schemas.RetrievalRequested{Workflow: o.text(optionWorkflow), URL: o.text(optionURL), Words: discord.Clip(o.text(optionWords), maxWords)}
	if since := o.text(optionSince); since != "" {
		d, ok := sinces[since]
		if !ok {
			return r, errNoSuchTime
		}
		r.Since = d
	}
	switch {
	case r.Workflow == "" && r.URL == "" && r.Words == "" && r.Since == 0:
		return r, errWhichResult
	case r.Workflow != "" && !schemas.ValidWorkflow(r.Workflow):
		return r, errNoWorkflowID
	}
	return r, nil
}

// retrieve asks the archive for a result. The answer is shown to who asked alone, and filled in by the notifier.
func (i *Intake) retrieve(ctx context.Context, r received, asked schemas.RetrievalRequested) error {
	id, err := schemas.RetrievalID(r.ID)
	if err != nil {
		return err
	}
	ctx, end := i.Client.Tracer().Command(ctx, id, "/"+nameRetrieve)
	defer end()
	wc, err := json.Marshal(schemas.Context{Requester: r.requester(true), SessionID: r.ID})
	if err != nil {
		return err
	}
	durable, cancel := context.WithTimeout(ctx, durableWithin)
	defer cancel()
	if err := i.Client.PutSession(durable, r.ID, r.session()); err != nil {
		return i.unavailable(ctx, r, err, "")
	}
	if _, err := i.Client.Append(durable, schemas.Event{Workflow: id, Context: wc, Data: asked}); err != nil {
		if _, taken := jetstream.Taken(err); !taken {
			return i.unavailable(ctx, r, err, "")
		}
	}
	_, err = i.answer(ctx, r, looking())
	if discord.Classify(err) == discord.AlreadyAcknowledged {
		return nil
	}
	return err
}
