package config

import (
	"testing"

	"filippo.io/age"
	"github.com/stretchr/testify/require"
)

func TestBackupRecipientsAreCheckedAtTheStart(t *testing.T) {
	t.Parallel()
	identity, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	recipient := identity.Recipient().String()
	for _, value := range []string{"someone", recipient + "x", recipient[:20], "ssh-ed25519 AAAA", recipient + ";" + recipient} {
		_, err := Parse([]string{"BACKUP_RECIPIENTS=" + value}, "")
		require.ErrorContains(t, err, "BACKUP_RECIPIENTS: expected age public keys")
		require.NotContains(t, err.Error(), "\n")
	}
	cfg, err := Parse([]string{"BACKUP_RECIPIENTS=" + recipient + "," + recipient}, "")
	require.NoError(t, err)
	require.Len(t, cfg.BackupRecipients, 2)
	cfg, err = Parse([]string{"BACKUP_RECIPIENTS="}, "")
	require.NoError(t, err)
	require.Empty(t, cfg.BackupRecipients)
}
