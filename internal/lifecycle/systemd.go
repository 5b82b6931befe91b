package lifecycle

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// Manager tells systemd how the program is (sd_notify; a unit of Type=notify with WatchdogSec=). Where no systemd listens, it does
// nothing.
type Manager struct {
	Ready  func(ctx context.Context) error // what is missing; nil: the program can do its work
	Alive  func() error                    // what has stopped for good; nil: a restart would not help
	Logger *slog.Logger
}

// readyEvery is how often it is looked whether the program is ready.
const readyEvery = 200 * time.Millisecond

// Run says READY=1 once the program is ready, WATCHDOG=1 twice in the time systemd gives it for as long as it is alive, and
// STOPPING=1 when the context ends.
func (m Manager) Run(ctx context.Context) {
	if there, err := daemon.SdNotify(false, "STATUS=Starting."); err != nil || !there {
		m.complain(err)
		return
	}
	defer m.say(daemon.SdNotifyStopping + "\nSTATUS=Finishing what is at work.")
	if !m.ready(ctx) {
		return
	}
	m.say(daemon.SdNotifyReady + "\nSTATUS=Ready.")
	patience, err := daemon.SdWatchdogEnabled(false)
	if err != nil || patience == 0 {
		m.complain(err)
		<-ctx.Done()
		return
	}
	ticker := time.NewTicker(patience / 2)
	defer ticker.Stop()
	for {
		if err := m.Alive(); err == nil {
			m.say(daemon.SdNotifyWatchdog)
		} else {
			m.Logger.Error("the program is stuck; systemd will restart it", "error", err)
			m.say("STATUS=Stuck: " + oneLine(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// ready waits until the program is ready, and says what is missing meanwhile.
func (m Manager) ready(ctx context.Context) bool {
	ticker := time.NewTicker(readyEvery)
	defer ticker.Stop()
	said := ""
	for {
		err := m.Ready(ctx)
		if err == nil {
			return ctx.Err() == nil
		}
		if now := oneLine(err); now != said {
			said = now
			m.say("STATUS=Not ready: " + said)
		}
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
}

// oneLine is an error as a status can hold it: a line is a statement of its own.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

func (m Manager) say(state string) {
	_, err := daemon.SdNotify(false, state)
	m.complain(err)
}

func (m Manager) complain(err error) {
	if err != nil {
		m.Logger.Warn("systemd cannot be told how the program is", "error", err)
	}
}
