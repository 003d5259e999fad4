package reader

import (
	"slices"
	"strings"
)

// A wrapper is a place inside the values of an input where some system keeps the
// records of another one. path has the names of the members from the value to the
// record; an array on the way is entered, whatever it is the value of. A string on the
// way, or at its end, is text that holds JSON. Wrappers may be inside each other: the
// path from the value to the record is those of all of them then.
type wrapper struct {
	path   string
	tables bool   // the path leads to tables of Columns and Rows, not to records
	writer string // who writes it
}

// wrappers are tried in this order.
var wrappers = []wrapper{
	{path: "", writer: "collectors that write every record as a JSON string; agents that write a syslog header before it"},
	{path: "records", writer: "event hub bindings that hand over one record"},
	{path: "_source", writer: "Elastic, OpenSearch, and Wazuh's indexer"},
	{path: "hits.hits._source", writer: "an answer of their search"},
	{path: "hits.hits.fields", writer: "an answer of their search for some fields"},
	{path: "event.original", writer: "Elastic, text"},
	{path: "fields", writer: "Kibana and Logstash"},
	{path: "result._raw", writer: "Splunk's export, text"},
	{path: "results._raw", writer: "an answer of Splunk's search, text"},
	{path: "_raw", writer: "Splunk, Sumo Logic and Cribl, text"},
	{path: "event", writer: "Splunk's event collector, LimaCharlie, Panther"},
	{path: "body", writer: "Logic Apps, event hub consumers, OpenTelemetry"},
	{path: "responses.body", writer: "an answer of Microsoft Graph to a batch"},
	{path: "message", writer: "Logstash, Filebeat, Datadog, text"},
	{path: "data", writer: "Wazuh, Event Grid, Datadog, Sumo Logic"},
	{path: "log", writer: "Docker and Fluent Bit, text"},
	{path: "payload", writer: "Kafka's connectors"},
	{path: "jsonPayload", writer: "Google Cloud Logging"},
	{path: "attributes", writer: "an answer of Datadog's search"},
	{path: "logs.content.attributes", writer: "an answer of Datadog's search, version 1"},
	{path: "ms-graph", writer: "Wazuh's module for Microsoft Graph"},
	{path: "messages.map._raw", writer: "an answer of Sumo Logic's search, text"},
	{path: "resourceLogs.scopeLogs.logRecords.body.stringValue", writer: "OpenTelemetry's collector, text"},
	{path: "d.results", writer: "OData of version 2"},
	{path: "value", writer: "pages of records that are wrapped"},
	{path: "rows", writer: "Steampipe"},
	{path: "response", writer: "collectors that keep an answer under a name of their own"},
	{path: "results", writer: "pages of records that are wrapped"},
	{path: "RawEventData", writer: "exports of hunting in Defender XDR, text"},
	{path: "Tables", tables: true, writer: "Kusto, version 1 of its answers"},
	{path: "frames", tables: true, writer: "Kusto, version 2, inside an object"},
	{path: "", tables: true, writer: "Kusto, version 2 of its answers: an array of frames"},
}

// isWrapper reports whether a CSV column of that title may hold records.
func isWrapper(title string) bool {
	return slices.ContainsFunc(wrappers, func(w wrapper) bool { _, ok := cutStep(w.path, []byte(title)); return ok })
}

// A wrapping is how the records of an input are wrapped.
type wrapping struct {
	path   string // from a value to the record, "" for the value itself
	tables bool   // as in a wrapper
	form   wrappedForm
	column int    // in rows: of the cells that hold the records,
	title  string // and its title
}

// A wrappedForm is how the values that wrap records follow each other.
type wrappedForm uint8

const (
	inValues wrappedForm = iota // any JSON
	inLines                     // one value a line, with or without other text before it
	inRows                      // in the cells of a CSV column
)

// inside returns the wrapping of records that are wrapped once more.
func (w wrapping) inside(more wrapper) wrapping {
	w.path, w.tables = strings.Trim(w.path+"."+more.path, "."), more.tables
	return w
}

// cutStep returns the path behind a member of that name, which may have dots itself;
// names match in any case.
func cutStep(path string, name []byte) (rest string, ok bool) {
	n := len(name)
	switch {
	case n == 0 || n > len(path) || !strings.EqualFold(path[:n], string(name)):
		return "", false
	case n == len(path):
		return "", true
	}
	return path[n+1:], path[n] == '.'
}
