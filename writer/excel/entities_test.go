package excel

import (
	"fmt"
	"math/rand/v2"
	"runtime"

	"signins/schema"
)

// manyBatch returns sign-ins of many users, addresses and sessions.
func manyBatch(r *rand.Rand, rows, users, addresses, sessions int) *schema.Batch {
	return excelBatch(rows, func(row int, c *[schema.NumColumns]schema.Vector) {
		user, address := r.IntN(users), r.IntN(addresses)
		session := r.IntN(sessions)
		if r.IntN(10) > 0 {
			user, address = session%users, session%addresses
		}
		guid := func(kind, n int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", kind, n) }
		text := func(id schema.ColumnID, text string) { c[id].SetText(row, text) }
		text(schema.UserID, guid(1, user))
		text(schema.UserPrincipalName, fmt.Sprintf("user%d@contoso.example", user))
		text(schema.UserDisplayName, fmt.Sprintf("User %d", user))
		text(schema.SessionID, guid(2, session))
		text(schema.IPAddress, fmt.Sprintf("192.0.%d.%d", address/256, address%256))
		text(schema.LocationCountry, []string{"IS", "NO", "DE", "FR"}[address%4])
		text(schema.AppID, guid(3, r.IntN(60)))
		text(schema.AppDisplayName, fmt.Sprintf("App %d", r.IntN(60)))
		text(schema.DeviceID, guid(4, user))
		text(schema.UserAgent, fmt.Sprintf("Agent %d", user%500))
		text(schema.ClientAppUsed, []string{"Browser", "Mobile Apps and Desktop clients"}[r.IntN(2)])
		text(schema.SignInCategory, []string{schema.InteractiveUser, schema.NonInteractiveUser}[r.IntN(8)/7])
		text(schema.AccessVerdict, []string{"granted", "denied", "interrupted"}[r.IntN(9)/4])
		text(schema.RiskState, "none")
		text(schema.RiskLevelDuringSignIn, "none")
		c[schema.ErrorCode].SetNum(row, []int64{0, 0, 0, 50126, 50074}[r.IntN(5)])
		c[schema.CreatedAt].SetNum(row, r.Int64N(30*86400e6))
		c[schema.AutonomousSystemNumber].SetNum(row, int64(address%300))
	})
}

// heapInUse returns the bytes that are in use.
func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// noSteps has no authentication steps.
func noSteps() *listEncoder {
	return &listEncoder{short: &columnEncoder{vector: &schema.Vector{}}}
}
