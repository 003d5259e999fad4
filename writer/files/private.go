package files

// Private returns a private folder of the transaction, "" if it has no files and folders
// yet. Only this run uses it, and it is gone after Commit or Abort.
func (t *Transaction) Private() string {
	if len(t.folders) == 0 {
		return ""
	}
	return t.folders[0].private
}
