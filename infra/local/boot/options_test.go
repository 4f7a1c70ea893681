package boot

import (
	"strings"
	"testing"
)

func TestRunNamesWhatIsMissing(t *testing.T) {
	good := Options{
		EC2: newFakeEC2(1), Types: shapes, Cluster: "orchard", Server: "https://127.0.0.1:1",
		CACert: "testdata/none.crt", CAKey: "testdata/none.key", AdminKubeconfig: "testdata/none",
	}
	for want, spoil := range map[string]func(*Options){
		"Options.EC2":             func(o *Options) { o.EC2 = nil },
		"Options.Types":           func(o *Options) { o.Types = nil },
		"Options.Cluster":         func(o *Options) { o.Cluster = "" },
		"Options.Server":          func(o *Options) { o.Server = "" },
		"Options.CAKey":           func(o *Options) { o.CAKey = "" },
		"Options.AdminKubeconfig": func(o *Options) { o.AdminKubeconfig = "" },
		"none.crt":                func(*Options) {}, // all there, but the file does not exist
	} {
		options := good
		spoil(&options)
		if err := Run(t.Context(), options); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Run: %v, want an error that names %s", err, want)
		}
	}
}
