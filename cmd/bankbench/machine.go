package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// diskSync measures how long a durable write of 4 KiB takes in a folder, in milliseconds, or returns 0 if it cannot. It is
// the main reason why figures differ between machines with different disks.
func diskSync(folder string) float64 {
	file, err := os.CreateTemp(folder, "bankbench-sync-")
	if err != nil {
		return 0
	}
	defer func() { _ = os.Remove(file.Name()) }()
	defer func() { _ = file.Close() }()
	var took []float64
	page := make([]byte, 4096)
	for range 25 {
		began := time.Now()
		if _, err := file.WriteAt(page, 0); err != nil {
			return 0
		}
		if err := file.Sync(); err != nil {
			return 0
		}
		took = append(took, float64(time.Since(began).Microseconds())/1000)
	}
	return median(took)
}

// peakMemory returns the most memory that this process has used, in megabytes, or 0 if the system does not report it.
func peakMemory() float64 {
	status, err := os.ReadFile(filepath.Join("/proc", "self", "status"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kilobytes); n == 1 {
			return kilobytes / 1000
		}
	}
	return 0
}
