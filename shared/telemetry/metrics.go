package telemetry

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// samples holds what was added since the last Flush: by dimensions with their values, then by
// metric's name.
type samples map[string]*sample

// sample is what goes into one document: all that shares the same dimensions and their values.
type sample struct {
	names, values []string // dimensions
	metrics       []Metric
	numbers       map[string][]float64 // by metric's name
}

// maxNumbers is how many values of a metric a document may hold.
// Source: CloudWatch User Guide, "Specification: Embedded metric format".
const maxNumbers = 100

// add adds a value to a metric. own are the values of its dimensions that are neither Cluster nor
// Function, in order.
func (s *Scope) add(metric Metric, value float64, own ...string) {
	values := make([]string, 0, len(metric.Dimensions))
	for _, name := range metric.Dimensions {
		value := ""
		switch {
		case name == "Cluster":
			value = s.cluster
		case name == "Function":
			value = s.t.settings.Function
		case len(own) > 0:
			value, own = own[0], own[1:]
		}
		values = append(values, dimension(value))
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	s.t.samples.add(metric, values, value)
}

func (all samples) add(metric Metric, values []string, value float64) {
	key := strings.Join(metric.Dimensions, "\x00") + "\x01" + strings.Join(values, "\x00")
	doc := all[key]
	if doc == nil {
		doc = &sample{names: metric.Dimensions, values: values, numbers: map[string][]float64{}}
		all[key] = doc
	}
	numbers, known := doc.numbers[metric.Name]
	if !known {
		doc.metrics = append(doc.metrics, metric)
	}
	if known && !metric.Each {
		numbers[0] += value
		return
	}
	doc.numbers[metric.Name] = append(numbers, value)
}

// dimension makes a value that CloudWatch takes: printable ASCII, not empty, at most 255 long.
// Kinds and codes come from outside.
func dimension(value string) string {
	value = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, value)
	if strings.TrimSpace(value) == "" {
		return "?"
	}
	return value[:min(len(value), 255)]
}

// Flush writes the metrics added since the last one, sorted, and forgets them.
func (t *Telemetry) Flush() error {
	t.mu.Lock()
	all := t.samples
	t.samples = samples{}
	t.mu.Unlock()

	var failures []error
	for _, key := range slices.Sorted(maps.Keys(all)) {
		for doc := all[key]; doc != nil; doc = doc.rest() {
			failures = append(failures, t.write(doc))
		}
	}
	if err := errors.Join(failures...); err != nil {
		return fmt.Errorf("flush metrics: %w", err)
	}
	return nil
}

func (t *Telemetry) write(doc *sample) error {
	line, err := json.Marshal(doc.document(t.settings))
	if err != nil {
		return err
	}
	_, err = t.out.Write(append(line, '\n'))
	return err
}

// document is the sample in CloudWatch's embedded metric format, with the function as a field even
// where it is no dimension.
func (doc *sample) document(settings Settings) map[string]any {
	type definition struct {
		Name string
		Unit string
	}
	type directive struct {
		Namespace  string
		Dimensions [][]string
		Metrics    []definition
	}
	root := map[string]any{"function": settings.Function}
	d := directive{Namespace: Namespace, Dimensions: [][]string{doc.names}}
	for i, name := range doc.names {
		root[name] = doc.values[i]
	}
	byName := func(a, b Metric) int { return strings.Compare(a.Name, b.Name) }
	for _, metric := range slices.SortedFunc(slices.Values(doc.metrics), byName) {
		d.Metrics = append(d.Metrics, definition{metric.Name, metric.Unit})
		root[metric.Name] = doc.numbers[metric.Name][:min(maxNumbers, len(doc.numbers[metric.Name]))]
	}
	root["_aws"] = map[string]any{
		"Timestamp":         settings.Now().UnixMilli(),
		"CloudWatchMetrics": []directive{d},
	}
	return root
}

// rest is what does not fit into the document any more, or nil.
func (doc *sample) rest() *sample {
	rest := &sample{names: doc.names, values: doc.values, numbers: map[string][]float64{}}
	for _, metric := range doc.metrics {
		if numbers := doc.numbers[metric.Name]; len(numbers) > maxNumbers {
			rest.metrics = append(rest.metrics, metric)
			rest.numbers[metric.Name] = numbers[maxNumbers:]
		}
	}
	if len(rest.metrics) == 0 {
		return nil
	}
	return rest
}
