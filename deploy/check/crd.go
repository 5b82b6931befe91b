package check

import (
	"bufio"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// externalSecretCRD is of a module that nobody outside of its repository can require, so it stands here.
//
//go:embed crds/external-secrets.io_externalsecrets.yaml
var externalSecretCRD []byte

// crd is what is looked at of a CustomResourceDefinition.
type crd struct {
	Spec struct {
		Group string `json:"group"`
		Names struct {
			Kind string `json:"kind"`
		} `json:"names"`
		Versions []struct {
			Name   string `json:"name"`
			Schema struct {
				V3 map[string]any `json:"openAPIV3Schema"`
			} `json:"schema"`
		} `json:"versions"`
	} `json:"spec"`
}

// definitions are the schemas by which an API server judges the kinds of NACK and of External Secrets, by version and kind.
var definitions = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/nats-io/nack").Output() // the version of go.mod
	if err != nil {
		return nil, fmt.Errorf("NACK's module: %w", err)
	}
	nackCRDs, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "deploy", "crds.yml"))
	if err != nil {
		return nil, err
	}
	all := map[string]*jsonschema.Schema{}
	for _, content := range [][]byte{nackCRDs, externalSecretCRD} {
		reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
		for {
			document, err := reader.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, err
			}
			if err := define(all, document); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
})

func define(all map[string]*jsonschema.Schema, document []byte) error {
	var d crd
	if err := yaml.Unmarshal(document, &d); err != nil {
		return err
	}
	for _, v := range d.Spec.Versions {
		name := d.Spec.Group + "/" + v.Name + "/" + d.Spec.Names.Kind
		if fields, ok := v.Schema.V3["properties"].(map[string]any); ok {
			for _, of := range []string{"apiVersion", "kind", "metadata"} { // every object has them, said or not
				fields[of] = map[string]any{}
			}
		}
		closed(v.Schema.V3)
		c := jsonschema.NewCompiler()
		if err := c.AddResource("crd:"+name, v.Schema.V3); err != nil {
			return err
		}
		schema, err := c.Compile("crd:" + name)
		if err != nil {
			return err
		}
		all[name] = schema
	}
	return nil
}

// closed makes a schema refuse fields that it does not know, as an API server does when it is asked to be strict. What it knows of
// an object's metadata is Kubernetes' to say.
func closed(schema map[string]any) {
	if fields, ok := schema["properties"].(map[string]any); ok {
		if _, says := schema["additionalProperties"]; !says && schema["x-kubernetes-preserve-unknown-fields"] != true {
			schema["additionalProperties"] = false
		}
		for _, field := range fields {
			if inner, ok := field.(map[string]any); ok {
				closed(inner)
			}
		}
	}
	for _, key := range []string{"items", "additionalProperties"} {
		if inner, ok := schema[key].(map[string]any); ok {
			closed(inner)
		}
	}
}

// defined judges a document by its kind's definition, and says which kind that is; none if it has no definition here.
func defined(document []byte) (kind string, err error) {
	schemas, err := definitions()
	if err != nil {
		return "", err
	}
	var meta struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := yaml.Unmarshal(document, &meta); err != nil {
		return "", err
	}
	schema := schemas[meta.APIVersion+"/"+meta.Kind]
	if schema == nil {
		return "", nil
	}
	var object any
	if err := yaml.UnmarshalStrict(document, &object); err != nil { // a field twice
		return meta.Kind, err
	}
	if err := schema.Validate(object); err != nil {
		return meta.Kind, fmt.Errorf("%s: %w", meta.Kind, err)
	}
	return meta.Kind, nil
}
