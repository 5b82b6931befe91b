package archiver

import (
	"strconv"
	"testing"

	"autointel.example/schemas"
)

func TestMoreReportsThanAreKeptInMindAreForgotten(t *testing.T) {
	var c reportCache
	for n := range 3 * generation {
		c.put(schemas.KnownReport{Workflow: strconv.Itoa(n)})
		if _, ok := c.get("0"); !ok { // asked for all the time
			t.Fatalf("forgotten after %d", n)
		}
	}
	if _, ok := c.get("1"); ok || len(c.young)+len(c.old) > 2*generation {
		t.Errorf("%d are kept", len(c.young)+len(c.old))
	}
}
