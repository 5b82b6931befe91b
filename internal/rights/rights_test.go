package rights

import (
	"flag"
	"os"
	"testing"

	"autointel.example/schemas"
)

var update = flag.Bool("update", false, "write deploy/nats/accounts.conf anew")

func TestTheBrokersUsersAreThoseThatAreDeclared(t *testing.T) {
	const file = "../../deploy/nats/accounts.conf"
	want := Accounts()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("%s is not what is declared: go test ./rights -update (%v)", file, err)
	}
}

func TestEveryEventHasItsPublisher(t *testing.T) {
	of := map[string]int{}
	for _, service := range schemas.Services() {
		for _, s := range Of(service).Publish {
			of[s]++
		}
	}
	for _, typ := range schemas.Types() {
		switch typ {
		case schemas.TypeStageCompleted, schemas.TypeStageSkipped, schemas.TypeStageFailed: // by stage
			continue
		}
		if of[schemas.Pattern(typ)] == 0 || of[schemas.Pattern(typ)] != len(schemas.Publishers(typ)) {
			t.Errorf("%s may be appended by %d services, and is declared for %v", typ, of[schemas.Pattern(typ)], schemas.Publishers(typ))
		}
	}
}
