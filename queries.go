package main

import (
	"path/filepath"
	"strings"

	"signins/codes/rules"
	"signins/schema/setting"
	"signins/writer/manifest"
)

// rulesFlag changes findings, not the rows of a run, and is not in the run id.
func rulesFlag(s *settings) setting.Flag {
	return setting.Flag{Name: "rules", Value: setting.Text(&s.rules, "FILE", "the path of a CSV file"),
		Help: "CSV with the columns rule, constant, value: changes constants of rules, or omits a rule by the value off"}
}

func queriesFlags(s *settings) setting.Flags {
	return setting.Flags{
		{Heading: "Flags", Name: "dialect", Value: setting.OneOf(&s.dialect, "NAME", rules.Dialects), Help: setting.List(rules.Dialects) + " (default: " + rules.Dialects[0] + ")"},
		rulesFlag(s),
		{Name: "nested", Value: setting.Switch(&s.nested), Help: "for Parquet written with --nested"},
	}
}

func (s *settings) runQueries() (int, error) {
	set, _, err := rules.Load(s.rules)
	if err != nil {
		return 0, err
	}
	text, err := set.Queries(strings.Join(s.inputs, ""), s.dialect, s.nested)
	if err != nil {
		return 0, err
	}
	return 0, s.print(text)
}

// newEvaluator returns what computes the findings of a run, nil without --findings.
func (s *settings) newEvaluator() (*rules.Evaluator, error) {
	if s.rules != "" && !s.findings {
		return nil, refusal("--rules has no effect without --findings", "add --findings, or omit --rules")
	}
	set, digest, err := rules.Load(s.rules)
	if err != nil || !s.findings {
		return nil, err
	}
	if s.rules != "" {
		s.sideFiles = append(s.sideFiles, manifest.SideFile{Flag: "rules", Path: filepath.ToSlash(s.rules), SHA256: digest})
	}
	return rules.NewEvaluator(set), nil
}
