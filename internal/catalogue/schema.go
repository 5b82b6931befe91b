package catalogue

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Field is one field of an event's data, or of a type in it.
type Field struct {
	Name     string
	Type     string // string, integer, number, boolean, time, JSON, or a type of the catalogue
	List     bool   // of that type
	Own      bool   // the type has an entry of its own
	Required bool
	Means    string
}

// schema is the JSON Schema of an event's body. It is held as nodes of YAML, of which JSON is a part, because those keep the order
// in which fields were declared.
type schema struct{ root *yaml.Node }

func parse(raw []byte) (schema, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(raw, &document); err != nil {
		return schema{}, err
	}
	s := schema{document.Content[0]}
	if s.dataType() == "" {
		return s, errors.New("the schema has no data")
	}
	plain(s.root)
	return s, nil
}

// plain takes the brackets and quotes of JSON away.
func plain(n *yaml.Node) {
	n.Style = 0
	if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "\n") {
		n.Style = yaml.LiteralStyle
	}
	for _, c := range n.Content {
		plain(c)
	}
}

// pairs calls visit with the members of an object.
func pairs(n *yaml.Node, visit func(key string, value *yaml.Node)) {
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		visit(n.Content[i].Value, n.Content[i+1])
	}
}

// at follows members of objects; nil: there is none.
func at(n *yaml.Node, path ...string) *yaml.Node {
	for _, name := range path {
		var next *yaml.Node
		if n != nil && n.Kind == yaml.MappingNode {
			pairs(n, func(key string, value *yaml.Node) {
				if key == name {
					next = value
				}
			})
		}
		n = next
	}
	return n
}

// text is the value of a member; empty: there is none.
func text(n *yaml.Node, path ...string) string {
	if n = at(n, path...); n != nil {
		return n.Value
	}
	return ""
}

const inDefs = "#/$defs/"

func (s schema) dataType() string {
	return strings.TrimPrefix(text(s.root, "properties", "data", "$ref"), inDefs)
}

// types calls visit with each type of the body.
func (s schema) types(visit func(name string, definition *yaml.Node)) {
	pairs(at(s.root, "$defs"), visit)
}

// data returns what the event says, and its fields.
func (s schema) data() (says string, fields []Field) {
	definition := at(s.root, "$defs", s.dataType())
	return sentence(without(text(definition, "description"), s.dataType())), fieldsOf(definition)
}

// without is the comment on a type or a field without its name, in one line.
func without(comment, name string) string {
	comment = strings.Join(strings.Fields(comment), " ")
	for _, after := range []string{": ", " is "} {
		if rest, ok := strings.CutPrefix(comment, name+after); ok {
			return rest
		}
	}
	return comment
}

// sentence makes the first letter a capital.
func sentence(words string) string {
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// fieldsOf lists the fields of a type in the order of their declaration.
func fieldsOf(definition *yaml.Node) []Field {
	required := map[string]bool{}
	if r := at(definition, "required"); r != nil {
		for _, n := range r.Content {
			required[n.Value] = true
		}
	}
	var fields []Field
	pairs(at(definition, "properties"), func(name string, property *yaml.Node) {
		f := typed(property)
		f.Name, f.Required = name, required[name]
		f.Means = without(text(property, "description"), strings.ToUpper(name[:1])+name[1:])
		fields = append(fields, f)
	})
	return fields
}

func typed(property *yaml.Node) Field {
	if ref := text(property, "$ref"); ref != "" {
		return Field{Type: strings.TrimPrefix(ref, inDefs), Own: true}
	}
	switch t := text(property, "type"); {
	case t == "array":
		f := typed(at(property, "items"))
		f.List = true
		return f
	case t == "string" && text(property, "format") == "date-time":
		return Field{Type: "time"}
	case t == "":
		return Field{Type: "JSON"}
	default:
		return Field{Type: t}
	}
}
