package ingest

import (
	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/workflow"
)

// words is a text in the languages that the commands speak.
type words struct{ en, de, fr string }

func (w words) localized() map[discordgo.Locale]string {
	m := map[discordgo.Locale]string{}
	for locale, text := range map[discordgo.Locale]string{discordgo.German: w.de, discordgo.French: w.fr} {
		if text != "" {
			m[locale] = text
		}
	}
	return m
}

// same is a name that is the same everywhere: one that answers, notices and archived files quote, so that it can be typed as
// it was read.
func same(name string) words { return words{name, name, name} }

// Definitions are the commands as Discord is told of them. What they bound and offer is validated again when it comes in.
func Definitions() []*discordgo.ApplicationCommand {
	return []*discordgo.ApplicationCommand{
		define(same(commandAnalyze), words{
			"Look into a web page or a video, and report what is found",
			"Eine Webseite oder ein Video untersuchen und berichten, was sich findet",
			"Examiner une page web ou une vidéo et rapporter ce qui s'y trouve",
		},
			required(written(same(optionURL), words{
				"Address of the page, such as https://example.org/article",
				"Adresse der Seite, zum Beispiel https://example.org/artikel",
				"Adresse de la page, comme https://example.org/article",
			}, 2048)),
			required(choosing(words{optionDepth, "tiefe", "profondeur"}, words{
				"How thoroughly to look; deeper takes longer",
				"Wie gründlich; tiefer dauert länger",
				"À quel point chercher ; plus profond prend plus de temps",
			}, depthChoices())),
			flag(words{optionPrivate, "privat", "privé"}, words{
				"Show the answer to you alone",
				"Die Antwort nur dir zeigen",
				"Ne montrer la réponse qu'à toi",
			}),
		),
		define(same(commandRetrieve), words{
			"Show a result that was kept for you",
			"Ein Ergebnis zeigen, das für dich aufbewahrt wurde",
			"Montrer un résultat conservé pour toi",
		},
			completed(written(same(optionWorkflow), words{
				"Id of the workflow; type to search",
				"Kennung des Ablaufs; tippe, um zu suchen",
				"Identifiant du traitement ; tape pour chercher",
			}, 100)),
			written(same(optionURL), words{
				"Address of the page that was looked into",
				"Adresse der Seite, die untersucht wurde",
				"Adresse de la page examinée",
			}, 2048),
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
		),
		define(same(commandList), words{
			"Show what runs for you and what has ended",
			"Zeigen, was für dich läuft und was fertig ist",
			"Montrer ce qui est en cours pour toi et ce qui est terminé",
		}),
		define(words{commandCancel, "abbrechen", "annuler"}, words{
			"Cancel a running workflow",
			"Einen laufenden Ablauf abbrechen",
			"Annuler un traitement en cours",
		},
			required(completed(written(same(optionWorkflow), words{
				"Id of the workflow; type to search",
				"Kennung des Ablaufs; tippe, um zu suchen",
				"Identifiant du traitement ; tape pour chercher",
			}, 100))),
		),
	}
}

func depthChoices() []*discordgo.ApplicationCommandOptionChoice {
	return []*discordgo.ApplicationCommandOptionChoice{
		offer(workflow.Standard, words{"Standard: the text itself", "Standard: der Text selbst", "Standard : le texte lui-même"}),
		offer(workflow.Deep, words{"Deep: and related sources", "Gründlich: und verwandte Quellen", "Approfondi : et des sources liées"}),
		offer(workflow.Comprehensive, words{"Comprehensive: and who wrote it", "Umfassend: und wer es schrieb", "Complet : et qui l'a écrit"}),
		offer(workflow.Experimental, words{"Experimental: everything there is", "Experimentell: alles, was es gibt", "Expérimental : tout ce qui existe"}),
	}
}

func sinceChoices() []*discordgo.ApplicationCommandOptionChoice {
	return []*discordgo.ApplicationCommandOptionChoice{
		offer("1h", words{"The last hour", "Die letzte Stunde", "La dernière heure"}),
		offer("24h", words{"The last 24 hours", "Die letzten 24 Stunden", "Les dernières 24 heures"}),
		offer("7d", words{"The last 7 days", "Die letzten 7 Tage", "Les 7 derniers jours"}),
		offer("30d", words{"The last 30 days", "Die letzten 30 Tage", "Les 30 derniers jours"}),
	}
}

// define makes a command that can be used wherever an application can be installed and wherever commands can be typed:
// servers, direct messages with the bot, and private channels.
func define(name, description words, options ...*discordgo.ApplicationCommandOption) *discordgo.ApplicationCommand {
	names, descriptions := name.localized(), description.localized()
	return &discordgo.ApplicationCommand{
		Type: discordgo.ChatApplicationCommand, Name: name.en, NameLocalizations: &names, Description: description.en, DescriptionLocalizations: &descriptions,
		IntegrationTypes: &[]discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall, discordgo.ApplicationIntegrationUserInstall},
		Contexts:         &[]discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM, discordgo.InteractionContextPrivateChannel},
		Options:          options,
	}
}

func option(kind discordgo.ApplicationCommandOptionType, name, description words) *discordgo.ApplicationCommandOption {
	return &discordgo.ApplicationCommandOption{
		Type: kind, Name: name.en, NameLocalizations: name.localized(), Description: description.en, DescriptionLocalizations: description.localized(),
	}
}

// written is an option that is typed, of at most so many characters.
func written(name, description words, length int) *discordgo.ApplicationCommandOption {
	o := option(discordgo.ApplicationCommandOptionString, name, description)
	o.MaxLength = length
	return o
}

func choosing(name, description words, choices []*discordgo.ApplicationCommandOptionChoice) *discordgo.ApplicationCommandOption {
	o := option(discordgo.ApplicationCommandOptionString, name, description)
	o.Choices = choices
	return o
}

func flag(name, description words) *discordgo.ApplicationCommandOption {
	return option(discordgo.ApplicationCommandOptionBoolean, name, description)
}

func required(o *discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
	o.Required = true
	return o
}

// completed is an option for which what may be meant is suggested while it is typed.
func completed(o *discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
	o.Autocomplete = true
	return o
}

func offer(value string, name words) *discordgo.ApplicationCommandOptionChoice {
	return &discordgo.ApplicationCommandOptionChoice{Name: name.en, NameLocalizations: name.localized(), Value: value}
}
