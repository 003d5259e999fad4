package rules

import (
	"hash/maphash"
	"math"
	"strconv"

	"signins/schema"
)

// An adder makes records of the rows of one batch.
type adder struct {
	e          *Evaluator
	b          *schema.Batch
	conditions []func(row int) bool
	file       int

	userID, userName, session, address, country textColumn
	app, principal, appID, resource, resources  textColumn
	agent, deviceID                             textColumn
	networks                                    map[network]uint32
}

func newAdder(e *Evaluator, b *schema.Batch) *adder {
	a := &adder{
		e: e, b: b, networks: map[network]uint32{},
		userID: idColumn(b, schema.UserID), userName: column(b, schema.UserPrincipalName), session: idColumn(b, schema.SessionID),
		address: column(b, schema.IPAddress), country: column(b, schema.LocationCountry),
		app: column(b, schema.AppDisplayName), principal: idColumn(b, schema.ServicePrincipalID), appID: column(b, schema.AppID),
		resource: column(b, schema.ResourceID), resources: column(b, schema.ResourceDisplayName),
		agent: column(b, schema.UserAgent), deviceID: column(b, schema.DeviceID),
	}
	for _, c := range e.compiled {
		a.conditions = append(a.conditions, c.on(b))
	}
	path := b.Source.Path
	file, ok := e.fileOf[path]
	if !ok {
		file = len(e.files)
		e.fileOf[path], e.files = file, append(e.files, path)
	}
	a.file = file
	return a
}

// number returns a number of a row, or what is given for null.
func (a *adder) number(id schema.ColumnID, row int, null int64) int64 {
	if n, ok := a.b.Columns[id].Num(row); ok {
		return n
	}
	return null
}

func (a *adder) record(row int) record {
	r := record{
		created: a.number(schema.CreatedAt, row, noTime),
		id:      a.id(row),
		place:   packPlace(a.file, a.number(schema.SourceRecord, row, 0), a.number(schema.CreatedAtRemainderNS, row, 0)),
		session: a.session.at(a.e, row),
		origin:  a.origin(row), means: a.e.means.add(means{a.client(row), a.device(row)}),
	}
	for bit, true := range a.conditions {
		if true(row) {
			r.bits |= 1 << bit
		}
	}
	name := a.userName.at(a.e, row)
	if r.user = a.userID.at(a.e, row); r.user == 0 {
		r.user = name
	}
	if _, known := a.e.userName[r.user]; !known && name != 0 && name != r.user {
		a.e.userName[r.user] = name
	}
	return r
}

// id returns the hash of category and id, 0 for a record without id and for a summary.
func (a *adder) id(row int) uint64 {
	id := a.b.Columns[schema.ID].Value(row)
	if id == nil || string(a.b.Columns[schema.RowKind].Value(row)) == "summary" {
		return 0
	}
	category := maphash.Bytes(seed, a.b.Columns[schema.SignInCategory].Value(row))
	return max(maphash.Bytes(seed, id)^(category*0x9E3779B97F4A7C15), 1)
}

// token returns the hash of the token of a row, the zero one for none.
func (a *adder) token(row int) (t token) {
	id := a.b.Columns[schema.UniqueTokenIdentifier].Value(row)
	if id == nil || string(id) == schema.ZeroGUID {
		return t
	}
	hash := max(maphash.Bytes(seed, id)>>24, 1)
	for i := range t {
		t[i] = byte(hash >> (8 * i))
	}
	return t
}

func (a *adder) origin(row int) uint32 {
	o := origin{address: a.address.at(a.e, row), country: a.country.at(a.e, row)}
	o.network = a.network(o.address, row)
	latitude, ok1 := a.b.Columns[schema.LocationLatitude].Num(row)
	longitude, ok2 := a.b.Columns[schema.LocationLongitude].Num(row)
	if zero := math.Float64frombits(uint64(latitude)) == 0 && math.Float64frombits(uint64(longitude)) == 0; ok1 && ok2 && !zero {
		o.latitude, o.longitude, o.located = uint64(latitude), uint64(longitude), true
	}
	return a.e.origins.add(o)
}

// noSystem is the number of no autonomous system: exports write 0 where they know none.
const noSystem = 0

// A network is what decides the network of a record.
type network struct {
	address uint32
	system  int64
}

func (a *adder) network(address uint32, row int) uint32 {
	key := network{address, a.number(schema.AutonomousSystemNumber, row, noSystem)}
	n, ok := a.networks[key]
	if ok {
		return n
	}
	switch {
	case key.system != noSystem:
		n = a.e.text(strconv.AppendInt([]byte("AS"), key.system, 10))
	case address != 0:
		n = a.e.text(schema.Network(a.b.Columns[schema.IPAddress].Value(row)))
	}
	a.networks[key] = n
	return n
}

func (a *adder) client(row int) uint32 {
	c := client{app: a.app.at(a.e, row), principal: a.principal.at(a.e, row), resource: a.resource.at(a.e, row)}
	c.count = int32(min(a.number(schema.SignInCount, row, 1), math.MaxInt32))
	if c.principal == 0 {
		c.principal = a.appID.at(a.e, row)
	}
	if c.resource == 0 {
		c.resource = a.resources.at(a.e, row)
	}
	if known, ok := a.b.Columns[schema.ErrorKnown].Num(row); ok && known == 0 {
		c.code = a.e.text(strconv.AppendInt(nil, a.number(schema.ErrorCode, row, 0), 10))
	}
	return a.e.clients.add(c)
}

func (a *adder) device(row int) uint32 {
	return a.e.devices.add(device{a.agent.at(a.e, row), a.deviceID.at(a.e, row), a.number(schema.LastPasswordChangeAt, row, noTime)})
}
