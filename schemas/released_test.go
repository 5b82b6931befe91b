package schemas

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var release = flag.Bool("release", false, "a release is made: every event is to be among what was released")

// What a release wrote is on the logs of those who run it, so every later one reads it. testdata/released holds an event of each
// type as each release wrote it, and MANIFEST their digests: files are added with a release, and never changed or removed. An event that
// is new may wait for it: `make release` asks for them all.
func TestWhatEveryReleaseWroteStaysReadable(t *testing.T) {
	const dir = "testdata/released"
	manifest, err := os.ReadFile(filepath.Join(dir, "MANIFEST"))
	if err != nil {
		t.Fatal(err)
	}
	var listed, types []string
	for line := range strings.Lines(string(manifest)) {
		digest, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			t.Fatalf("not a line of sha256sum: %q", line)
		}
		listed = append(listed, name)
		types = append(types, strings.TrimSuffix(filepath.Base(name), ".json"))
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("what was released is never removed: %v", err)
			continue
		}
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != digest {
			t.Errorf("%s was changed: what was released stays as it is", name)
		}
		readable(t, name, bytes.TrimSpace(content))
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if name, _ := filepath.Rel(dir, path); err == nil && !d.IsDir() && name != "MANIFEST" && !slices.Contains(listed, filepath.ToSlash(name)) {
			t.Errorf("%s is not in the MANIFEST: cd %s && sha256sum %s >> MANIFEST", name, dir, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, typ := range Types() {
		if *release && !slices.Contains(types, typ) {
			t.Errorf("%s was never released: cp testdata/%s.json %s/v1/ && cd %s && sha256sum v1/%s.json >> MANIFEST", typ, typ, dir, dir, typ)
		}
	}
}

// readable checks that nothing that an event says is lost on who reads it.
func readable(t *testing.T, name string, body []byte) {
	t.Helper()
	typ := strings.TrimSuffix(filepath.Base(name), ".json")
	zero, known := Zero(typ)
	if !known {
		t.Errorf("%s: this program does not know %s any more", name, typ)
		return
	}
	var said struct{ Context, Data map[string]any }
	if err := json.Unmarshal(body, &said); err != nil {
		t.Fatal(err)
	}
	data := reflect.New(reflect.TypeOf(zero))
	var context Context
	if err := json.Unmarshal(body, &struct {
		Context *Context
		Data    any
	}{&context, data.Interface()}); err != nil {
		t.Errorf("%s cannot be read: %v", name, err)
		return
	}
	m := Message{SubjectOf("wf_1", data.Elem().Interface().(Data)), map[string][]string{HeaderType: {typ}, HeaderTime: {"2026-01-02T03:04:05Z"}}, body}
	if _, err := Decode(m); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for part, pair := range map[string][2]any{"context": {said.Context, context}, "data": {said.Data, data.Interface()}} {
		again, err := json.Marshal(pair[1])
		var kept map[string]any
		if err != nil || json.Unmarshal(again, &kept) != nil {
			t.Fatal(err)
		}
		if lost := missingFrom(kept, pair[0].(map[string]any), part); lost != "" {
			t.Errorf("%s: %s is lost on a reader", name, lost)
		}
	}
}

// missingFrom names what was said and is not kept.
func missingFrom(kept, said map[string]any, path string) string {
	for key, value := range said {
		inner, nested := value.(map[string]any)
		other, also := kept[key].(map[string]any)
		switch {
		case nested && also:
			if lost := missingFrom(other, inner, path+"."+key); lost != "" {
				return lost
			}
		case !reflect.DeepEqual(kept[key], value):
			return path + "." + key
		}
	}
	return ""
}
