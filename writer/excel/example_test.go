package excel_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"strings"

	"signins/schema"
	"signins/writer/excel"
	"signins/writer/manifest"
)

// A workbook with one sign-in. Summary and Sources have the numbers of the run;
// Close adds those of the workbook to it.
func Example() {
	b := &schema.Batch{}
	b.Reset(&schema.Source{Path: "export.csv"})
	b.Columns[schema.UserPrincipalName].SetText(0, "ada@contoso.example")
	b.Columns[schema.ErrorCode].SetNum(0, 50126)
	b.Columns[schema.AccessVerdict].SetText(0, "denied")
	b.Len = 1
	b.Seal()

	var out bytes.Buffer
	run := &manifest.Run{Totals: manifest.Records{Seen: 1, Written: 1}}
	w, err := excel.NewWriter(&out, excel.Options{Run: run, TempDir: os.TempDir()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Abort()
	if err := w.Write(b); err != nil {
		fmt.Println(err)
		return
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
		return
	}
	_, err = zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	fmt.Println(w.Rows(), "sign-in, in a zip file:", err == nil)
	fmt.Println(run.Workbook.Cut, "cells cut,", run.Workbook.Escaped, "escaped")
	// Output:
	// 1 sign-in, in a zip file: true
	// 0 cells cut, 0 escaped
}

// The sheets to write come from the command line.
func ExampleSheets() {
	sheets, err := excel.Sheets("error-codes,Sign-ins")
	fmt.Printf("%q %v\n", sheets, err)
	_, err = excel.Sheets("pivot")
	fmt.Println(err)
	fmt.Println(strings.Join(excel.SheetNames()[:3], ", "), "...")
	// Output:
	// ["Error codes" "Sign-ins"] <nil>
	// "pivot" is no sheet of the workbook
	// summary, findings, users ...
}
