package reader

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"signins/schema"
	"signins/schema/jsontext"
)

// authDetailsCSV is the second file of the portal's Download as CSV of user sign-ins:
// one row for each authentication step, several for one Request ID. The rows are
// joined to the sign-ins of the run, whichever file has them.
var authDetailsCSV = dialect{
	name: "auth-details-csv",
	match: func(s *shape) string {
		if s.has("Request ID") && s.has("Succeeded") && s.has("Result detail") {
			return ""
		}
		return "not the columns Request ID, Succeeded and Result detail"
	},
	columns: func([]string, *schema.Tally) (*fieldTree, []target) { return &fieldTree{}, nil },
	isSteps: true,
}

// stepMembers are the members of a step in Graph's JSON, in its order, and the folded
// titles of their columns.
var stepMembers = []struct{ title, name string }{
	{"date", "authenticationStepDateTime"}, {"date (utc)", "authenticationStepDateTime"},
	{"authentication method", "authenticationMethod"}, {"authentication method detail", "authenticationMethodDetail"},
	{"succeeded", "succeeded"}, {"result detail", "authenticationStepResultDetail"}, {"requirement", "authenticationStepRequirement"},
}

// authDetails are the authentication steps of a run, by Request ID in lower
// case.
type authDetails map[string][]*authStep

// An authStep is a row of an AuthDetails file.
type authStep struct {
	file    *authFile
	record  int64
	line    int64
	offset  int64
	text    string // the row
	matched atomic.Bool
}

// An authFile is an AuthDetails file that was read whole.
type authFile struct {
	in      *Input
	members []member
	steps   []*authStep
	rejects []schema.Reject // rows that are no rows of the table
}

// loadDetails reads the AuthDetails files among the inputs. Without sign-ins
// of the portal they are refused, or skipped where they were found in a folder.
func (ins *Inputs) loadDetails(ctx context.Context) error {
	hasSteps := func(in *Input) bool { return in.dialect.isSteps }
	if !slices.ContainsFunc(ins.List, hasSteps) {
		return nil
	}
	alone := !slices.ContainsFunc(ins.List, func(in *Input) bool { return in.dialect.joinsSteps })
	ins.details = authDetails{}
	for _, in := range ins.List {
		if !in.dialect.isSteps {
			continue
		}
		const what = "this is a portal AuthDetails export, which has no sign-ins of its own"
		switch {
		case alone && !in.Walked:
			return &Error{Path: in.Source.Path, What: what, Hint: "name the CSV of sign-ins that was downloaded with it, too"}
		case alone:
			ins.Skipped = append(ins.Skipped, schema.Skipped{Path: in.Source.Path, Reason: what})
			continue
		}
		err := in.loadSteps(ctx, ins.details, ins.options)
		in.CloseArchive()
		if err != nil {
			return cmp.Or(context.Cause(ctx), in.CheckUnchanged(), err)
		}
	}
	if alone {
		ins.List = slices.DeleteFunc(ins.List, hasSteps)
	}
	return nil
}

// loadSteps reads an AuthDetails file.
func (in *Input) loadSteps(ctx context.Context, all authDetails, o Options) error {
	text, err := in.Open(o.forSource(ctx))
	if err != nil {
		return err
	}
	defer text.Close()
	in.steps = &authFile{in: in, members: membersOf(in.shape.header)}
	cutter := &lineCutter{in.window(text, text.TextSize(), o), in.shape.separator, &in.Warnings}
	for {
		c, err := cutter.nextChunk()
		if c == nil && err == nil {
			return text.Finish()
		}
		if err == nil {
			err = in.steps.addRows(c, all)
			if bad, ok := err.(*syntaxError); ok {
				err = c.syntaxError(bad)
			}
			cutter.w.line = c.lineOf(len(c.data)) // there is no delivery to add the lines before
			c.release()
		}
		if err != nil {
			return inInput(err, in, int64(len(in.steps.steps)), 0)
		}
	}
}

// addRows adds the rows of a chunk.
func (f *authFile) addRows(c *chunk, all authDetails) error {
	header := f.in.shape.header
	key := slices.IndexFunc(header, func(title string) bool { return foldTitle(title) == "request id" })
	p := csvParser{rows: f.in.shape.rows(c.data), header: header}
	var b schema.Batch
	for pos := 0; pos < len(c.data); {
		if bytes.HasPrefix(c.data[pos:], []byte(byteOrderMark)) {
			pos += len(byteOrderMark) // files were put together
		}
		start := pos
		end, next, err := p.rows.scan(pos)
		pos = next
		bad, _ := err.(*syntaxError)
		switch {
		case bad != nil && bad.Truncated:
			return err
		case end == start || err == nil && (p.isBlank() || p.sameHeader()):
			continue
		}
		b.Seen = int64(len(f.steps)+len(f.rejects)) + 1
		switch {
		case bad != nil:
			c.reject(&b, start, end, bad.Pos, "bad_csv", bad.What)
		case p.rows.count() != len(header):
			c.reject(&b, start, end, start, "ragged_row", raggedRow(p.rows.count(), len(header)))
		default:
			step := &authStep{file: f, record: b.Seen, line: c.lineOf(start), offset: c.byteOf(start), text: string(c.data[start:end])}
			f.steps = append(f.steps, step)
			id, _ := p.rows.text(p.rows.cells[key], nil)
			name := strings.ToLower(string(id))
			all[name] = append(all[name], step)
		}
		f.rejects = append(f.rejects, b.Rejects...)
		b.Rejects = b.Rejects[:0]
	}
	return nil
}

// A member is one of the steps in JSON: a column by its name there.
type member struct {
	name string
	cell int
}

// membersOf returns the members of steps in the order of stepMembers, and behind them
// those for other columns. The Request ID is that of the sign-in.
func membersOf(header []string) (members []member) {
	done := map[string]bool{"request id": true}
	for _, m := range stepMembers {
		if i := slices.IndexFunc(header, func(title string) bool { return foldTitle(title) == m.title }); i >= 0 {
			done[m.title] = true
			members = append(members, member{m.name, i})
		}
	}
	for i, title := range header {
		if key := foldTitle(title); !done[key] {
			done[key] = true
			members = append(members, member{title, i})
		}
	}
	return members
}

// appendJSON appends a step in the shape that JSON exports have.
func (s *authStep) appendJSON(to []byte) []byte {
	rows := s.file.in.shape.rows([]byte(s.text))
	_, _, _ = rows.scan(0) // a row that was read before
	to = append(to, '{')
	for i, m := range s.file.members {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(jsontext.AppendQuoted(to, []byte(m.name)), ':')
		text, _ := rows.text(rows.cells[m.cell], nil)
		truth, issue := convertBool(text)
		switch {
		case len(text) == 0:
			to = append(to, "null"...)
		case m.name == "succeeded" && issue == "":
			to = fmt.Appendf(to, "%t", truth.num == 1)
		default:
			to = jsontext.AppendQuoted(to, text)
		}
	}
	return append(to, '}')
}

// join adds the authentication steps to the sign-ins of a batch. A step that several
// files have is added once. Several goroutines may call it at once.
func (d authDetails) join(b *schema.Batch) {
	ids, details := &b.Columns[schema.ID], &b.Columns[schema.AuthenticationDetails]
	var list, one []byte
	for row := range b.Len {
		steps := d[strings.ToLower(string(ids.Value(row)))]
		if len(steps) == 0 || !ids.Set(row) {
			continue
		}
		list = append(list[:0], '[')
		added := map[string]*authFile{}
		for _, s := range steps {
			s.matched.Store(true)
			one = s.appendJSON(one[:0])
			if file := added[string(one)]; file != nil && file != s.file {
				continue
			}
			added[string(one)] = s.file
			if len(list) > 1 {
				list = append(list, ',')
			}
			list = append(list, one...)
		}
		details.SetBytes(row, append(list, ']'))
	}
	b.Seal()
}

// lowJoinRate makes a join doubtful where fewer than one row in so many is matched:
// the files may be of different downloads or filters.
const lowJoinRate = 5

// reportUnmatched counts the rows once all sign-ins were read, and rejects those
// without one.
func (f *authFile) reportUnmatched(b *schema.Batch) {
	joined := &schema.Joined{Rows: int64(len(f.steps))}
	b.Rejects = append(b.Rejects, f.rejects...)
	for _, s := range f.steps {
		if s.matched.Load() {
			joined.Matched++
			continue
		}
		joined.Unmatched++
		row := chunk{data: []byte(s.text), place: place{encoding: f.in.Decoder}}
		raw := row.bytes(0, len(s.text))
		b.Rejects = append(b.Rejects, schema.Reject{
			Record: s.record, Line: s.line, Offset: s.offset, Length: int64(len(raw)), Column: schema.Columns[schema.ID].Name,
			Code: "unmatched_auth_detail", Message: "no sign-in of this run has the Request ID of this authentication step", Raw: raw,
		})
	}
	slices.SortStableFunc(b.Rejects, func(a, b schema.Reject) int { return int(a.Record - b.Record) })
	b.Seen = int64(len(b.Rejects))
	if joined.Matched*lowJoinRate < joined.Rows {
		b.Warnings.Add(schema.LowJoinRate, joined.Unmatched)
	}
	f.in.Joined = joined
}
