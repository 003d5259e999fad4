// Package excel writes sign-ins into an Excel workbook: their rows, what they add up
// to, and where they come from.
//
// The path of a row, here of one sign-in with two Conditional Access policies:
//
//	Writer.Write(batch)                             excel.go
//	  ├─ counts.addBatch       1 sign-in more       count.go, count_*.go
//	  ├─ rowEncoder.readBatch  the cell of each     row_encoder.go, row_lists.go
//	  │                        distinct text, once  cell_packed.go
//	  ├─ entities.addBatch     1 sign-in more of    entities.go, entity_*.go
//	  │                        its user, address, application, session
//	  ├─ sheet.addBatch                             sheets.go, sheet_*.go
//	  └─ rowStore.addBatch     sorted, in runs      row_store.go, row_runs.go
//	       └─ rowSheet.packRow
//	Writer.WriteFinding        the numbers of rows  row_findings.go
//	Writer.Close()
//	  ├─ rowStore.finish       the runs, merged
//	  │    └─ rowSheet.addRow  in order of time
//	  │         signInTable    1 row of Sign-ins
//	  │         listTable      2 rows of Conditional access
//	  │           └─ series.page     the page with room    page_series.go
//	  │                └─ page.addRow                      page.go
//	  │                     └─ spillPart.append            book_spill.go
//	  │                          1 MiB blocks, deflated in parallel, in a private file
//	  ├─ sheet.finish          the sheets of sums, Summary last
//	  └─ workbook.save         book.go: excelize makes everything around the rows,
//	                           book_charts.go adds the values of charts,
//	                           book_zip.go joins it with the blocks of the spill
//
// A sheet is one file, sheet_NAME.go, and one element of sheetKinds. One of users,
// addresses or the like is an entityKind: what it counts and its columns, one element each. Its rows are
// cells (cells.go), their text is escaped and cut in cell_text.go, their styles are
// in book_styles.go.
package excel
