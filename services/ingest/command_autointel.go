package ingest

import (
	"context"
	"slices"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/workflow"
)

const nameAutointel = "autointel"

// commandAutointel looks into a page.
var commandAutointel = command{
	name: same(nameAutointel),
	description: words{
		"Look into a web page or a video, and report what is found",
		"Eine Webseite oder ein Video untersuchen und berichten, was sich findet",
		"Examiner une page web ou une vidéo et rapporter ce qui s'y trouve",
	},
	options: []*discordgo.ApplicationCommandOption{
		required(addressOption(words{
			"Address of the page, such as https://example.org/article",
			"Adresse der Seite, zum Beispiel https://example.org/artikel",
			"Adresse de la page, comme https://example.org/article",
		})),
		required(choosing(words{optionDepth, "tiefe", "profondeur"}, words{
			"How thoroughly to look; deeper takes longer",
			"Wie gründlich; tiefer dauert länger",
			"À quel point chercher ; plus profond prend plus de temps",
		}, depthChoices())),
		privateOption(),
	},
	use: func(i *Intake, ctx context.Context, r received) error {
		o, err := parseAutointel(r.options())
		if err != nil {
			return err
		}
		return i.accept(ctx, r, o)
	},
}

func depthChoices() []*discordgo.ApplicationCommandOptionChoice {
	return []*discordgo.ApplicationCommandOptionChoice{
		offer(workflow.Standard, words{"Standard: the text itself", "Standard: der Text selbst", "Standard : le texte lui-même"}),
		offer(workflow.Deep, words{"Deep: and related sources", "Gründlich: und verwandte Quellen", "Approfondi : et des sources liées"}),
		offer(workflow.Comprehensive, words{"Comprehensive: and who wrote it", "Umfassend: und wer es schrieb", "Complet : et qui l'a écrit"}),
		offer(workflow.Experimental, words{"Experimental: everything there is", "Experimentell: alles, was es gibt", "Expérimental : tout ce qui existe"}),
	}
}

// parseAutointel reads a valid /autointel. Without a depth it is the fastest.
func parseAutointel(given options) (order, error) {
	depth := given.text(optionDepth)
	if depth == "" {
		depth = workflow.Standard
	}
	if !slices.Contains(workflow.Depths(), depth) {
		return order{}, noSuchDepth(depth)
	}
	return orderOf(nameAutointel, depth, given)
}
