// Renders a chart as `helm template` does, with the libraries that Helm itself is made of.
//
//	render [--is-upgrade] RELEASE CHART [VALUES …]
//
// Each file follows its line "# Source:", as Helm prints it, and NOTES.txt after all others. Subcharts, hooks and an order by
// kinds are left out: the chart has none and needs none. A document with a key twice, which Helm takes, is refused.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/semver"
	"github.com/Masterminds/sprig"
	"github.com/xeipuuv/gojsonschema"
	"sigs.k8s.io/yaml"
)

type object = map[string]interface{}

func main() {
	upgrade := flag.Bool("is-upgrade", false, "as in helm upgrade")
	flag.Parse()
	if flag.NArg() < 2 {
		fail(fmt.Errorf("usage: render [--is-upgrade] RELEASE CHART [VALUES …]"))
	}
	release, folder := flag.Arg(0), flag.Arg(1)
	chart := read(filepath.Join(folder, "Chart.yaml"))
	if name := filepath.Base(folder); chart["apiVersion"] != "v2" || chart["name"] != name {
		fail(fmt.Errorf("Chart.yaml: apiVersion is v2, and name that of the folder, %s", name))
	}
	if _, err := semver.NewVersion(fmt.Sprint(chart["version"])); err != nil {
		fail(fmt.Errorf("Chart.yaml: version: %w", err))
	}

	values := read(filepath.Join(folder, "values.yaml"))
	for _, file := range flag.Args()[2:] {
		override(values, read(file))
	}
	check(values, filepath.Join(folder, "values.schema.json"))

	// Of what Helm has for templates, as much as the chart asks for.
	context := object{
		"Values":  values,
		"Release": object{"Name": release, "Namespace": "default", "IsUpgrade": *upgrade},
	}
	files, all := load(folder)
	for _, file := range files {
		if strings.HasPrefix(path.Base(file), "_") {
			continue
		}
		var out bytes.Buffer
		if err := all.ExecuteTemplate(&out, file, context); err != nil {
			fail(err)
		}
		text := strings.TrimSpace(strings.ReplaceAll(out.String(), "<no value>", ""))
		if strings.HasSuffix(file, ".yaml") {
			for _, document := range strings.Split(text, "\n---\n") {
				if err := yaml.UnmarshalStrict([]byte(document), &object{}); err != nil {
					fail(fmt.Errorf("%s: %w\n%s", file, err, document))
				}
			}
		}
		if text != "" {
			fmt.Printf("---\n# Source: %s\n%s\n", file, text)
		}
	}
}

// All files of templates/ by their names as Helm has them, and what it lets them call.
func load(folder string) ([]string, *template.Template) {
	all := template.New("").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out strings.Builder
		err := all.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	functions["required"] = func(warning string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, fmt.Errorf("%s", warning)
		}
		return value, nil
	}
	functions["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n"), err
	}
	functions["fromYaml"] = func(text string) object {
		value := object{}
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
	all.Funcs(functions)

	paths, err := filepath.Glob(filepath.Join(folder, "templates", "*"))
	fail(err)
	sort.Slice(paths, func(a, b int) bool {
		return !strings.HasSuffix(paths[a], ".txt") && (strings.HasSuffix(paths[b], ".txt") || paths[a] < paths[b])
	})
	var files []string
	for _, one := range paths {
		text, err := os.ReadFile(one)
		fail(err)
		name := path.Join(filepath.Base(folder), "templates", filepath.Base(one))
		_, err = all.New(name).Parse(string(text))
		fail(err)
		files = append(files, name)
	}
	return files, all
}

func read(file string) object {
	text, err := os.ReadFile(file)
	fail(err)
	value := object{}
	if err := yaml.UnmarshalStrict(text, &value); err != nil {
		fail(fmt.Errorf("%s: %w", file, err))
	}
	return value
}

// Maps are merged, null takes a value out, and anything else replaces it.
func override(values, by object) {
	for key, value := range by {
		into, isMap := values[key].(object)
		from, comesAsMap := value.(object)
		switch {
		case value == nil:
			delete(values, key)
		case isMap && comesAsMap:
			override(into, from)
		default:
			values[key] = value
		}
	}
}

func check(values object, schema string) {
	text, err := os.ReadFile(schema)
	fail(err)
	document, err := json.Marshal(values)
	fail(err)
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(text), gojsonschema.NewBytesLoader(document))
	fail(err)
	if !result.Valid() {
		var wrong []string
		for _, one := range result.Errors() {
			wrong = append(wrong, one.String())
		}
		fail(fmt.Errorf("values don't meet the specifications of the schema:\n- %s", strings.Join(wrong, "\n- ")))
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
