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
	}
}

// Add counts n more bytes as read.
func (p *Progress) Add(n int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.done += int64(n)
	if p.bar == nil && p.total > 0 && time.Since(p.start) > time.Second {
		p.bar = progressbar.NewOptions64(p.total, progressbar.OptionSetWriter(p.w), progressbar.OptionShowBytes(true),
			progressbar.OptionSetDescription("reading"), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	if p.bar != nil {
		p.bar.Set64(p.done)
	}
}

// Finish removes the bar.
func (p *Progress) Finish() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.bar != nil {
		p.bar.Finish()
	}
}
