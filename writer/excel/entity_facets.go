package excel

import (
	"math"
	"slices"
	"strconv"

	"signins/schema"
)

// A facet is something of a sign-in: its user, its country, its error code. Lines of
// people, addresses and others count its values.
type facet int

const (
	// Facets of few values, which are always counted.
	verdictFacet      facet = iota // 1 + index in verdictLooks
	typeFacet                      // 1 + index in signInTypes
	singleFactorFacet              // 1 if granted to a user with a single factor required
	riskFacet                      // 1 + index in risks, the higher of both levels
	findingFacet                   // number of a finding
	userFacet
	addressFacet
	countryFacet
	networkFacet
	appFacet
	resourceFacet
	clientFacet
	deviceFacet
	agentFacet
	methodFacet // any number a sign-in
	riskStateFacet
	codeFacet
	sessionFacet

	// Further keys of lines.
	principalFacet
	identityFacet
	credentialFacet
	credentialKeyFacet
	thumbprintFacet
	federatedFacet
	passthroughFacet // 0 where it is not recorded, 1 for no, 2 for yes
	homeFacet
	homeNameFacet
	resourceTenantFacet
	accessTypeFacet
	directionFacet
	numFacets
)

// A facetKind is where a facet is read from. One without keys is made from other values.
type facetKind struct {
	keys      []schema.ColumnID // the first that has a value is the key
	labels    []schema.ColumnID // the first names the key where it has a value; the latest one counts
	max       int               // distinct values; 0 for maxValues
	principal bool              // of service principals and managed identities alone
}

var facetKinds = [numFacets]facetKind{
	userFacet: {max: maxUsers, keys: []schema.ColumnID{schema.UserID, schema.UserPrincipalName},
		labels: []schema.ColumnID{schema.UserPrincipalName, schema.UserDisplayName, schema.UserType}},
	addressFacet:   {max: maxAddresses, keys: []schema.ColumnID{schema.IPAddress}},
	countryFacet:   {keys: []schema.ColumnID{schema.LocationCountry}},
	appFacet:       {keys: []schema.ColumnID{schema.AppID, schema.AppDisplayName}, labels: []schema.ColumnID{schema.AppDisplayName}},
	resourceFacet:  {keys: []schema.ColumnID{schema.ResourceID, schema.ResourceDisplayName}, labels: []schema.ColumnID{schema.ResourceDisplayName}},
	clientFacet:    {keys: []schema.ColumnID{schema.ClientAppUsed}},
	deviceFacet:    {keys: []schema.ColumnID{schema.DeviceID}, labels: []schema.ColumnID{schema.DeviceDisplayName}},
	agentFacet:     {keys: []schema.ColumnID{schema.UserAgent}},
	riskStateFacet: {keys: []schema.ColumnID{schema.RiskState}},
	sessionFacet:   {max: maxSessions, keys: []schema.ColumnID{schema.SessionID}},

	principalFacet: {principal: true, keys: []schema.ColumnID{schema.ServicePrincipalID, schema.ServicePrincipalName},
		labels: []schema.ColumnID{schema.ServicePrincipalName}},
	identityFacet:      {principal: true, keys: []schema.ColumnID{schema.ManagedIdentityType}},
	credentialFacet:    {principal: true, keys: []schema.ColumnID{schema.ClientCredentialType}},
	credentialKeyFacet: {principal: true, keys: []schema.ColumnID{schema.ServicePrincipalCredentialKeyID}},
	thumbprintFacet:    {principal: true, keys: []schema.ColumnID{schema.ServicePrincipalCredentialThumbprint}},
	federatedFacet:     {principal: true, keys: []schema.ColumnID{schema.FederatedCredentialID}},

	homeFacet:           {keys: []schema.ColumnID{schema.HomeTenantID}},
	homeNameFacet:       {keys: []schema.ColumnID{schema.HomeTenantName}},
	resourceTenantFacet: {keys: []schema.ColumnID{schema.ResourceTenantID}},
	accessTypeFacet:     {keys: []schema.ColumnID{schema.CrossTenantAccessType}},
	directionFacet:      {keys: []schema.ColumnID{schema.CrossTenantDirection}},
}

// risks are the levels of risk, the highest last.
var risks = [...]string{"unknownFutureValue", "hidden", "none", "low", "medium", "high"}

func riskIndex(word string) int { return slices.Index(risks[:], word) }

// A facetReader reads the facets of the rows of batches.
type facetReader struct {
	readers   [numFacets]valueReader
	texts     valueTable       // of labels
	room      int              // bytes of all texts
	bySystem  map[int64]uint32 // numbers of networks by autonomous system
	byAddress []uint32         // and by number of address, 0 until a row has it
	byCode    map[int64]uint32

	verdicts, types, levels, aggregated []int // by dictIndex of the batch

	// The current row.
	b          *schema.Batch
	row        int
	principals bool // the row is of a service principal or managed identity
	values     [numFacets]uint32
	set        facetSet // of facets that have a value
	methods    []uint32
}

func newFacetReader() *facetReader {
	r := &facetReader{room: maxValueBytes, bySystem: map[int64]uint32{}, byCode: map[int64]uint32{}}
	r.texts = valueTable{max: 2 * maxUsers, room: &r.room}
	for f := range r.readers {
		k := &facetKinds[f]
		table := &valueTable{max: k.max, room: &r.room, texts: &r.texts, labels: make([][]latest, len(k.labels))}
		if table.max == 0 {
			table.max = maxValues
		}
		r.readers[f].table = table
	}
	return r
}

// setBatch makes b the batch of the rows to come.
func (r *facetReader) setBatch(b *schema.Batch) {
	r.b = b
	for f := range r.readers {
		r.readers[f].setBatch(b, &facetKinds[f])
	}
	r.verdicts, r.types = readIndexes(b, schema.AccessVerdict, verdictIndex), readIndexes(b, schema.SignInCategory, typeIndex)
	r.levels, r.aggregated = readIndexes(b, schema.RiskLevelDuringSignIn, riskIndex), readIndexes(b, schema.RiskLevelAggregated, riskIndex)
}

// principalTypes are the sign-in types of service principals and managed identities, by
// index in signInTypes.
var principalTypes = func() (is [len(signInTypes)]bool) {
	for i, t := range signInTypes {
		switch t.category {
		case schema.ServicePrincipal, schema.ManagedIdentity, schema.MicrosoftServicePrincipal:
			is[i] = true
		}
	}
	return is
}()

// setRow reads the facets of a row; steps are its authentication steps.
func (r *facetReader) setRow(row int, steps []*listElement) {
	r.row = row
	verdict := r.verdicts[dictIndex(&r.b.Columns[schema.AccessVerdict], row)]
	signType := r.types[dictIndex(&r.b.Columns[schema.SignInCategory], row)]
	r.principals = principalTypes[signType]
	v := &r.values
	for f := range v {
		v[f] = 0
		if k := &facetKinds[f]; k.keys != nil && (r.principals || !k.principal) {
			v[f] = r.readers[f].at(row)
		}
	}
	v[verdictFacet], v[typeFacet] = uint32(verdict)+1, uint32(signType)+1
	level := r.levels[dictIndex(&r.b.Columns[schema.RiskLevelDuringSignIn], row)]
	v[riskFacet] = uint32(max(level, r.aggregated[dictIndex(&r.b.Columns[schema.RiskLevelAggregated], row)]) + 1)
	if !r.principals && verdictLooks[verdict].verdict == "granted" && string(r.b.Columns[schema.AuthenticationRequirement].Value(row)) == singleFactor {
		v[singleFactorFacet] = 1
	}
	v[networkFacet], v[codeFacet] = r.network(v[addressFacet]), r.code()
	if through, valid := r.b.Columns[schema.IsPassthrough].Num(row); valid {
		v[passthroughFacet] = uint32(through) + 1
	}
	r.set = 0
	for f, value := range v {
		if value != 0 {
			r.set |= 1 << f
		}
	}
	r.readMethods(steps)
	r.readLabels()
}

// singleFactor is the authentication requirement of a single factor.
const singleFactor = "singleFactorAuthentication"

// readLabels keeps the names that the row has for its values.
func (r *facetReader) readLabels() {
	at, timed := r.b.Columns[schema.CreatedAt].Num(r.row)
	if !timed {
		at = math.MinInt64
	}
	for f := range r.readers {
		if n := r.values[f]; n != 0 && len(r.readers[f].labels) > 0 {
			r.readers[f].readLabels(n, r.row, at)
		}
	}
}

// network returns the number of the row's network: the autonomous system, else the /24
// or /48 of the address.
func (r *facetReader) network(address uint32) uint32 {
	table := r.readers[networkFacet].table
	if system, valid := r.b.Columns[schema.AutonomousSystemNumber].Num(r.row); valid && system != 0 { // 0 is none
		n, found := r.bySystem[system]
		if !found {
			if n = table.number(0, strconv.AppendInt([]byte("AS"), system, 10)); n != uncounted {
				r.bySystem[system] = n
			}
		}
		return n
	}
	if address == 0 || address == uncounted {
		return address
	}
	for int(address) > len(r.byAddress) {
		r.byAddress = append(r.byAddress, 0)
	}
	n := &r.byAddress[address-1]
	if *n == 0 {
		*n = table.number(0, schema.Network(r.b.Columns[schema.IPAddress].Value(r.row)))
	}
	return *n
}

// code returns the number of the row's error code.
func (r *facetReader) code() uint32 {
	code, valid := r.b.Columns[schema.ErrorCode].Num(r.row)
	if !valid {
		return 0
	}
	n, found := r.byCode[code]
	if !found {
		if n = r.readers[codeFacet].table.number(0, strconv.AppendInt(nil, code, 10)); n != uncounted {
			r.byCode[code] = n
		}
	}
	return n
}

// readMethods reads the authentication methods of the row, each once: those of its
// steps, of the list of methods, and of the second factor.
func (r *facetReader) readMethods(steps []*listElement) {
	r.methods = r.methods[:0]
	for _, step := range steps {
		r.addMethod([]byte(step.name))
	}
	for method := range schema.List(r.b.Columns[schema.AuthenticationMethodsUsed].Value(r.row)) {
		r.addMethod(method)
	}
	r.addMethod(r.b.Columns[schema.MFAAuthMethod].Value(r.row))
}

func (r *facetReader) addMethod(method []byte) {
	if n := r.readers[methodFacet].table.number(0, method); n != 0 && !slices.Contains(r.methods, n) {
		r.methods = append(r.methods, n)
	}
}

// name returns the text that sheets show for the value of a facet.
func (r *facetReader) name(f facet, value uint32) string {
	switch f {
	case verdictFacet:
		return verdictLooks[value-1].label
	case typeFacet:
		return signInTypes[value-1].label
	case riskFacet:
		return risks[value-1]
	case singleFactorFacet:
		return "single factor"
	}
	return r.readers[f].table.name(value)
}
