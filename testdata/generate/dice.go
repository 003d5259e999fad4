package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"
)

const zeroGUID = "00000000-0000-0000-0000-000000000000"

// dice is a seeded source of invented values.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(20260501, seed))} }

// idOf is the id of something in the cast, the same whatever else there is.
func idOf(name string) string { return diceOf(name).guid() }

// diceOf is the dice of something in the cast.
func diceOf(name string) dice {
	h := fnv.New64a()
	h.Write([]byte(name))
	return dice{rand.New(rand.NewPCG(1, h.Sum64()))}
}

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d dice, from []T) T { return from[d.IntN(len(from))] }

// seldom picks one of the rare ones once in a while.
func seldom[T any](d dice, common, rare []T) T {
	if d.chance(3) {
		return pick(d, rare)
	}
	return pick(d, common)
}

func (d dice) bytes() (b [16]byte) {
	for i := range b {
		b[i] = byte(d.IntN(256))
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return b
}

func guidText(b [16]byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (d dice) guid() string { return guidText(d.bytes()) }

// requestID is a GUID that ends in 00, as those of sign-ins do.
func (d dice) requestID() string {
	b := d.bytes()
	b[15] = 0
	return guidText(b)
}

// tokenID is the token identifier of a request: its GUID in .NET byte order,
// base64url without padding.
func tokenID(request string) string {
	b, err := hex.DecodeString(strings.ReplaceAll(request, "-", ""))
	if err != nil {
		panic(err)
	}
	b[0], b[1], b[2], b[3] = b[3], b[2], b[1], b[0]
	b[4], b[5], b[6], b[7] = b[5], b[4], b[7], b[6]
	return base64.RawURLEncoding.EncodeToString(b)
}

// address is a client address out of the documentation ranges.
func (d dice) address() string {
	if d.chance(15) {
		return fmt.Sprintf("2001:db8:%x::%x", d.IntN(0xffff), 1+d.IntN(0xfffe))
	}
	net := pick(d, []string{"192.0.2", "198.51.100", "203.0.113"})
	return fmt.Sprintf("%s.%d", net, 1+d.IntN(254))
}

// hours weighs the hours of a day.
var hours = [24]int{1, 1, 1, 1, 1, 2, 4, 8, 12, 12, 11, 9, 7, 10, 11, 10, 8, 6, 4, 3, 2, 2, 1, 1}

func (d dice) hour() int { return d.weighted(hours[:]) }

// moment is a time within the month, mostly on a working day, with a fraction
// of 0 to 7 digits if ticks are wanted.
func (d dice) moment(month time.Time, ticks bool) time.Time {
	days := month.AddDate(0, 1, -1).Day()
	day := month.AddDate(0, 0, d.IntN(days))
	for isWeekend(day) && !d.chance(20) {
		day = month.AddDate(0, 0, d.IntN(days))
	}
	at := day.Add(time.Duration(d.hour())*time.Hour + time.Duration(d.IntN(3600))*time.Second)
	if !ticks {
		return at
	}
	unit := pick(d, []time.Duration{100, 100, 100, 100, 100, 100, 1000, time.Millisecond, time.Second})
	return at.Add(time.Duration(d.Int64N(int64(time.Second))).Truncate(unit))
}

func isWeekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

// code draws one of codes by its weight.
func (d dice) code(codes []code) code {
	var weights []int
	for _, c := range codes {
		weights = append(weights, c.weight)
	}
	return codes[d.weighted(weights)]
}

// weighted draws an index by its weight.
func (d dice) weighted(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	n := d.IntN(total)
	for i, w := range weights {
		if n < w {
			return i
		}
		n -= w
	}
	panic("a draw beyond the sum of the weights")
}
