package emulator

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The Python part, so that a binary stands alone.
//
//go:embed extension/*.py extension/catalog.json.gz
var extension embed.FS

//go:embed requirements.txt
var requirements []byte

// unpack writes the extension under dir, in place of one left from before.
func unpack(dir string) error {
	if err := os.RemoveAll(filepath.Join(dir, "extension")); err != nil {
		return fmt.Errorf("unpack the extension: %w", err)
	}
	err := fs.WalkDir(extension, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(path))
		if d.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		data, err := extension.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o644)
	})
	if err != nil {
		return fmt.Errorf("unpack the extension: %w", err)
	}
	return nil
}
