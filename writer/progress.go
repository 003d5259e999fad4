package writer

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Progress shows a bar on a terminal once a run takes longer than a second. Several
// goroutines may use it at once.
type Progress struct {
	mutex sync.Mutex
	w     io.Writer
	quiet bool
	start time.Time
	total int64
	done  int64
	bar   *progressbar.ProgressBar
}

// NewProgress begins a run. No bar appears if w is no terminal, or quiet is set.
func NewProgress(w io.Writer, quiet bool) *Progress {
	return &Progress{w: w, quiet: quiet, start: time.Now()}
}

// Expect adds to how many bytes the run will read; without it no bar appears.
func (p *Progress) Expect(size int64) {
	file, ok := p.w.(*os.File)
	if !p.quiet && ok && term.IsTerminal(int(file.Fd())) {
		p.expect(size)
	}
}

func (p *Progress) expect(size int64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.total += size; p.bar != nil {
		p.bar.ChangeMax64(p.total)
	} else if p.total > 0 {
		p.bar = p.show(p.total, "reading")
	}
}

// show begins a bar; its length is -1 where it is not known.
func (p *Progress) show(length int64, what string) *progressbar.ProgressBar {
	return progressbar.NewOptions64(length, progressbar.OptionSetWriter(lateWriter{p}), progressbar.OptionShowBytes(length >= 0),
		progressbar.OptionSetDescription(what), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
}

// A lateWriter drops what a bar shows in the first second of a run. The bar is there from
// the start, so that its speed is that of the whole run.
type lateWriter struct{ *Progress }

func (w lateWriter) Write(text []byte) (int, error) {
	if time.Since(w.start) < time.Second {
		return len(text), nil
	}
	return w.w.Write(text)
}

// Add counts n more bytes as read.
func (p *Progress) Add(n int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.done += int64(n); p.bar != nil {
		p.bar.Set64(p.done)
	}
}

// Writing replaces the bar by the time that writing takes, after everything is read.
func (p *Progress) Writing() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.bar != nil {
		p.bar.Finish()
		p.bar = p.show(-1, "writing")
		p.bar.RenderBlank()
	}
}

// Finish removes what is shown.
func (p *Progress) Finish() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.bar != nil {
		p.bar.Finish()
	}
}
