package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/setup"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(p.stdout, "bankcore %s %s %s/%s\n", setup.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
