package config

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConfigHidesSecrets(t *testing.T) {
	t.Parallel()
	cfg := defaultConfig()
	cfg.SecretKey, cfg.AdminKey, cfg.PINPepper = goodSecret, goodSecret, goodSecret
	cfg.DatabaseURL = "postgres://bank:" + marker + "@db/bank?password=" + marker
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, value := range []any{cfg, &cfg, cfg.SecretKey, cfg.DatabaseURL, []Secret{cfg.AdminKey}} {
			text := fmt.Sprintf(verb, value)
			require.NotContains(t, text, marker, verb)
			require.NotContains(t, text, fmt.Sprintf("%x", marker), verb)
			require.Contains(t, text, redacted, verb)
		}
	}
	require.NotContains(t, cfg.SecretKey.String()+cfg.SecretKey.GoString()+cfg.DatabaseURL.GoString(), marker)
	text, err := json.Marshal(cfg)
	require.NoError(t, err)
	require.NotContains(t, string(text), marker)

	require.Equal(t, "sqlite:data/bankcore.db", defaultConfig().DatabaseURL.String())
}
