package cases

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Graph is what Microsoft Graph beta answers, a record a line.
func Graph(list []SignIn) []byte {
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	for i := range list {
		lines.Encode(list[i].graph()) // the errors of a buffer are nil
	}
	return text.Bytes()
}

type object map[string]any

// orNull returns nil for an empty text.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func (s *SignIn) graph() object {
	o := object{
		"id": orNull(s.ID), "createdDateTime": s.time(), "signInEventTypes": []string{s.Kind}, "isInteractive": s.Kind == Interactive,
		"userPrincipalName": orNull(s.User), "userId": orNull(s.UserID), "ipAddress": orNull(s.Address),
		"autonomousSystemNumber": nil, "location": s.location(), "appDisplayName": orNull(s.App), "appId": orNull(s.AppID), "resourceId": orNull(s.Resource), "resourceDisplayName": orNull(s.ResourceName),
		"status": object{"errorCode": s.Code}, "sessionId": orNull(s.Session), "uniqueTokenIdentifier": orNull(s.Token), "userAgent": orNull(s.Agent),
		"deviceDetail":              object{"deviceId": s.Device, "isCompliant": s.Compliant},
		"authenticationRequirement": orNull(s.Requirement), "clientAppUsed": orNull(s.Client),
		"authenticationProtocol": orNull(s.Protocol), "originalTransferMethod": orNull(s.Transfer), "conditionalAccessStatus": orNull(s.CA),
		"riskLevelDuringSignIn": orNull(s.Risk), "riskState": orNull(s.RiskState), "riskLevelAggregated": orNull(s.RiskAggregated),
		"userType": orNull(s.UserType), "homeTenantId": orNull(s.Home), "resourceTenantId": orNull(s.Target), "tenantId": Tenant,
		"crossTenantAccessType": orNull(s.Access), "servicePrincipalId": orNull(s.ServiceID), "clientCredentialType": orNull(s.Credential),
	}
	if s.Place.System > 0 {
		o["autonomousSystemNumber"] = s.Place.System
	}
	if s.Count > 0 {
		o["signInCount"] = s.Count
	}
	policies := []object{}
	for _, p := range s.Policies {
		policies = append(policies, object{"displayName": p.Name, "result": p.Result, "enforcedGrantControls": p.Controls})
	}
	o["appliedConditionalAccessPolicies"] = policies
	return o
}

// time returns when it was, nil for the zero time.
func (s *SignIn) time() any {
	if s.At.IsZero() {
		return nil
	}
	return s.At.Format(time.RFC3339Nano)
}

func (s *SignIn) location() any {
	if s.Place.Country == "" {
		return nil
	}
	return object{"city": s.Place.City, "countryOrRegion": s.Place.Country, "geoCoordinates": object{"latitude": s.Place.Latitude, "longitude": s.Place.Longitude}}
}

// Defender is the table EntraIdSignInEvents of Defender XDR, which has users alone.
func Defender(list []SignIn) []byte {
	rows := [][]string{{
		"Timestamp", "RequestId", "LogonType", "AccountUpn", "AccountObjectId", "IPAddress", "Country", "City", "Application", "ApplicationId", "ResourceId",
		"ErrorCode", "SessionId", "UserAgent", "EntraIdDeviceId", "AuthenticationRequirement", "TenantId", "LastPasswordChangeTimestamp", "ClientAppUsed",
		"Latitude", "Longitude", "IsConfidentialClient",
	}}
	for i := range list {
		s := &list[i]
		if s.User == "" {
			continue
		}
		changed := ""
		if !s.Changed.IsZero() {
			changed = s.Changed.Format(time.RFC3339)
		}
		rows = append(rows, []string{
			s.At.Format(time.RFC3339Nano), s.ID, `["` + s.Kind + `"]`, s.User, s.UserID, s.Address, s.Place.Country, s.Place.City, s.App, s.AppID, s.Resource,
			strconv.Itoa(s.Code), s.Session, s.Agent, s.Device, s.Requirement, Tenant, changed, s.Client,
			strconv.FormatFloat(s.Place.Latitude, 'f', -1, 64), strconv.FormatFloat(s.Place.Longitude, 'f', -1, 64), strconv.FormatBool(s.Confidential),
		})
	}
	return table(rows)
}

func table(rows [][]string) []byte {
	var text bytes.Buffer
	csv.NewWriter(&text).WriteAll(rows) // the errors of a buffer are nil
	return text.Bytes()
}

// WriteMessy writes n sign-ins of Messy into a folder, in three files.
func WriteMessy(folder string, n int) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	list := Messy(n, 5)
	for i, name := range []string{"c.ndjson", "a.ndjson", "b.ndjson"} {
		if err := os.WriteFile(filepath.Join(folder, name), Graph(list[i*n/3:(i+1)*n/3]), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Write writes n sign-ins into a folder, with the planted cases among them or not.
func Write(folder string, n int, planted bool) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	list, defender := Ordinary(n, 1), []SignIn{}
	if planted {
		more, _ := Planted()
		for _, s := range more {
			if s.Changed.IsZero() && !s.Confidential {
				list = append(list, s)
				continue
			}
			defender = append(defender, s)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "signins.ndjson"), Graph(list), 0o644); err != nil || !planted {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "EntraIdSignInEvents.csv"), Defender(defender), 0o644)
}
