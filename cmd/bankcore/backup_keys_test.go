package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// signedBackup makes a bank with one customer, and a backup of it.
func signedBackup(t *testing.T, settings ...string) (environ []string, backup string) {
	t.Helper()
	environ, _ = database(t)
	createAccount(t, environ, "--initial-deposit=1000")
	backup = filepath.Join(t.TempDir(), "bank.db")
	o := command(t, append(settings, environ...), "", "backup", backup)
	require.Equal(t, 0, o.Code, o.Err)
	return environ, backup
}

// forge makes a copy of a backup in which the customer is an administrator, with a valid schema and a ledger that holds.
func forge(t *testing.T, backup string) (forged string) {
	t.Helper()
	forged = filepath.Join(t.TempDir(), "forged.db")
	require.NoError(t, os.WriteFile(forged, readFile(t, backup), 0o600))
	bankcoretest.Edit(t, forged, `UPDATE customers SET role = 'admin'`)
	require.Equal(t, 0, command(t, []string{"DATABASE_URL=sqlite:" + forged}, "", "verify").Code)
	return forged
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return content
}

// requireNotRestored expects a refusal that leaves the database, and the folder around it, as they were.
func requireNotRestored(t *testing.T, environ []string, says string, args ...string) {
	t.Helper()
	path := environ[0][len("DATABASE_URL=sqlite:"):]
	before, files := readFile(t, path), listed(t, filepath.Dir(path))
	o := command(t, environ, "", append([]string{"restore"}, args...)...)
	require.Equal(t, 1, o.Code, o.Stdout)
	require.Contains(t, o.Err, says)
	require.NotContains(t, o.Err, "\n")
	require.Equal(t, before, readFile(t, path))
	if listed := listed(t, filepath.Dir(path)); len(listed) > len(files) {
		require.Contains(t, listed, "bank.db.lock")
		require.Len(t, listed, len(files)+1)
	}
}

// TestOnlyThisBanksBackupsAreRestored: an attacker who can write where backups lie, but knows no secret, cannot bring anything in.
func TestOnlyThisBanksBackupsAreRestored(t *testing.T) {
	t.Parallel()
	environ, backup := signedBackup(t)
	content, mac := readFile(t, backup), readFile(t, backup+".mac")
	require.Regexp(t, `^bankcore-backup-1 [0-9a-f]{8} [0-9a-f]{64}\n$`, string(mac))
	forged := forge(t, backup)
	refused := 0
	refuse := func(says string, file, macFile []byte) {
		t.Helper()
		planted := filepath.Join(t.TempDir(), "bank.db")
		require.NoError(t, os.WriteFile(planted, file, 0o600))
		if macFile != nil {
			require.NoError(t, os.WriteFile(planted+".mac", macFile, 0o600))
		}
		requireNotRestored(t, environ, says, planted)
		refused++
	}
	refuse(".mac is missing", readFile(t, forged), nil)
	refuse("its MAC does not match", readFile(t, forged), mac)
	refuse("its MAC does not match", append(bytes.Clone(content), 0), mac)
	refuse("its MAC does not match", content[:len(content)-4096], mac)
	refuse("its MAC does not match", content, append(mac[:len(mac)-3:len(mac)-3], "zz\n"...))
	refuse("is not the MAC of a backup", content, []byte("none"))
	refuse("is not the MAC of a backup", content, []byte{})
	t.Logf("planted backups: %d, refused: %d", refused, refused)

	o := command(t, environ, "", "restore", backup)
	require.Equal(t, 0, o.Code, o.Err)
	o = command(t, environ, "", "restore", "--unsigned", forged)
	require.Equal(t, 0, o.Code, "an operator may vouch for a file: "+o.Err)
}

// TestABackupOfAnotherSecretKey expects the refusal to say so: the operator can bring the right one back.
func TestABackupOfAnotherSecretKey(t *testing.T) {
	t.Parallel()
	environ, backup := signedBackup(t)
	requireNotRestored(t, append(environ, "SECRET_KEY="+goodSecret), "made with another SECRET_KEY", backup)
	elsewhere, _ := database(t)
	requireNotRestored(t, elsewhere, "SECRET_KEY: not set", backup)
	o := command(t, elsewhere, "", "backup", filepath.Join(t.TempDir(), "bank.db"))
	require.Equal(t, 1, o.Code)
	require.Contains(t, o.Err, "SECRET_KEY: not set")
	require.Equal(t, 0, command(t, elsewhere, "", "restore", "--unsigned", backup).Code)
}

// newIdentity writes an age private key to a file, as age-keygen does.
func newIdentity(t *testing.T) (file, recipient string) {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	file = filepath.Join(t.TempDir(), "key.txt")
	require.NoError(t, os.WriteFile(file, []byte("# created: today\n"+identity.String()+"\n"), 0o600))
	return file, identity.Recipient().String()
}

func TestBackupsAreEncrypted(t *testing.T) {
	t.Parallel()
	key, recipient := newIdentity(t)
	second, secondRecipient := newIdentity(t)
	stranger, _ := newIdentity(t)
	setting := "BACKUP_RECIPIENTS=" + recipient + ", " + secondRecipient
	environ, backup := signedBackup(t, setting)
	sealed := readFile(t, backup)
	require.NotContains(t, string(sealed), "SQLite format")
	require.NotContains(t, string(sealed), "Lovelace")
	require.Equal(t, []string{"bank.db", "bank.db.mac"}, listed(t, filepath.Dir(backup)))
	for _, name := range listed(t, filepath.Dir(environ[0][len("DATABASE_URL=sqlite:"):])) {
		require.NotContains(t, name, ".partial", "the unencrypted copy is gone")
	}

	requireNotRestored(t, environ, "the backup is encrypted: --identity", backup)
	requireNotRestored(t, environ, "decrypt: ", backup, "--identity", stranger)
	requireNotRestored(t, environ, "--identity: ", backup, "--identity", backup)
	for name, damaged := range map[string][]byte{
		"cut": sealed[:len(sealed)-1000], "longer": append(bytes.Clone(sealed), 0), "header only": sealed[:400],
	} {
		planted := filepath.Join(t.TempDir(), "bank.db")
		require.NoError(t, os.WriteFile(planted, damaged, 0o600))
		requireNotRestored(t, environ, "", planted, "--identity", key, "--unsigned")
		require.NoError(t, os.WriteFile(planted+".mac", readFile(t, backup+".mac"), 0o600))
		requireNotRestored(t, environ, "", planted, "--identity", key)
		t.Log(name, "refused")
	}
	for _, identity := range []string{key, second} {
		o := command(t, environ, "", "restore", backup, "--identity", identity)
		require.Equal(t, 0, o.Code, o.Err)
		require.Contains(t, command(t, environ, "", "verify").Stdout, "checked 1 accounts with 1 entries")
	}
}

// TestAPublicKeyIsNoProof: an attacker can encrypt to the bank's public key, which is why an encrypted backup has a MAC as well.
func TestAPublicKeyIsNoProof(t *testing.T) {
	t.Parallel()
	key, recipient := newIdentity(t)
	environ, plain := signedBackup(t)
	sealed := filepath.Join(t.TempDir(), "bank.db.age")
	o := command(t, append(environ, "BACKUP_RECIPIENTS="+recipient), "", "backup", sealed)
	require.Equal(t, 0, o.Code, o.Err)
	requireNotRestored(t, environ, "the backup is not encrypted", plain, "--identity", key)

	public, err := age.ParseX25519Recipient(recipient)
	require.NoError(t, err)
	var forged bytes.Buffer
	encrypting, err := age.Encrypt(&forged, public)
	require.NoError(t, err)
	_, err = io.Copy(encrypting, bytes.NewReader(readFile(t, forge(t, plain))))
	require.NoError(t, err)
	require.NoError(t, encrypting.Close())
	require.NoError(t, os.WriteFile(sealed, forged.Bytes(), 0o600))
	requireNotRestored(t, environ, "its MAC does not match", sealed, "--identity", key)
	require.NoError(t, os.Remove(sealed+".mac"))
	requireNotRestored(t, environ, ".mac is missing", sealed, "--identity", key)
}

// TestAStaleMACIsNotWrittenOver: it may belong to a backup that was moved away for a moment.
func TestAStaleMACIsNotWrittenOver(t *testing.T) {
	t.Parallel()
	environ, backup := signedBackup(t)
	require.NoError(t, os.Remove(backup))
	o := command(t, environ, "", "backup", backup)
	require.Equal(t, 1, o.Code)
	require.Contains(t, o.Err, backup+".mac exists")
	require.NoFileExists(t, backup)
}
