package load

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// tick is the unit of the times in /proc/PID/stat; it is 1/100 s on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// cpuTime is the CPU time, user and system, of this process, of the children it has waited for, and of all its living
// descendants: a server that a system needs is a child of the process that measures it. The time that the kernel spends
// on its own account, such as writing to the disk, belongs to nobody and is not counted.
func cpuTime() (time.Duration, error) {
	var total time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			return 0, fmt.Errorf("read the CPU time: %w", err)
		}
		total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	processes, err := processTable()
	if err != nil {
		return 0, err
	}
	return total + descendants(processes, os.Getpid()), nil
}

// process is a line of the process table.
type process struct {
	parent int
	cpu    time.Duration // with that of the children it has waited for
}

// descendants adds up the time of all processes below one.
func descendants(processes map[int]process, root int) time.Duration {
	var total time.Duration
	for pid, p := range processes {
		if p.parent == root {
			total += p.cpu + descendants(processes, pid)
		}
	}
	return total
}

func processTable() (map[int]process, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no /proc: CPU times of servers can be read on Linux only")
	}
	processes := make(map[int]process, len(files))
	for _, file := range files {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		pid, p, err := parseStat(stat)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		processes[pid] = p
	}
	return processes, nil
}

// parseStat reads a /proc/PID/stat: pid (name) state ppid ... utime stime cutime cstime, which are fields 14 to 17. The name
// may hold anything, parentheses and spaces as well.
func parseStat(stat []byte) (pid int, p process, err error) {
	open, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return 0, process{}, fmt.Errorf("no name in parentheses: %q", stat)
	}
	if pid, err = strconv.Atoi(string(bytes.TrimSpace(stat[:open]))); err != nil {
		return 0, process{}, err
	}
	fields := bytes.Fields(stat[end+1:]) // from field 3 on
	if len(fields) < 15 {
		return 0, process{}, fmt.Errorf("only %d fields: %q", len(fields), stat)
	}
	if p.parent, err = strconv.Atoi(string(fields[1])); err != nil {
		return 0, process{}, err
	}
	for _, field := range fields[11:15] {
		ticks, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0, process{}, err
		}
		p.cpu += time.Duration(ticks) * tick
	}
	return pid, p, nil
}
