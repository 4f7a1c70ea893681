package userdata

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
)

// Content types that cloud-init and nodeadm tell parts apart by.
const (
	nodeConfigType  = "application/node.eks.aws"
	scriptType      = `text/x-shellscript; charset="us-ascii"`
	cloudConfigType = `text/cloud-config; charset="us-ascii"`
)

// part of a MIME archive, its body as it was transferred: an encoding that its header names is kept.
type part struct {
	header textproto.MIMEHeader
	body   string
}

func newPart(contentType, body string) part {
	return part{textproto.MIMEHeader{"Content-Type": {contentType}}, body}
}

func readArchive(text string) ([]part, error) {
	message, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read the MIME header: %w", err)
	}
	kind, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		return nil, fmt.Errorf("read the MIME header: %w", err)
	}
	if !strings.HasPrefix(kind, "multipart/") || params["boundary"] == "" {
		return nil, fmt.Errorf("content type %q is not a multipart archive with a boundary", kind)
	}
	reader := multipart.NewReader(message.Body, params["boundary"])
	var parts []part
	for {
		p, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return parts, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read MIME part %d: %w", len(parts)+1, err)
		}
		body, err := io.ReadAll(p)
		if err != nil {
			return nil, fmt.Errorf("read MIME part %d: %w", len(parts)+1, err)
		}
		parts = append(parts, part{p.Header, string(body)})
	}
}

// writeArchive writes with line feeds only, as cloud-init's own tools do. The boundary is a hash of the bodies, so
// that none of them holds it and equal parts give equal text.
func writeArchive(parts []part) (string, error) {
	var text strings.Builder
	writer := multipart.NewWriter(&text)
	if err := writer.SetBoundary(boundary(parts)); err != nil {
		return "", fmt.Errorf("write a MIME archive: %w", err)
	}
	fmt.Fprintf(&text, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=%q\n\n", writer.Boundary())
	for i, p := range parts {
		w, err := writer.CreatePart(p.header)
		if err == nil {
			_, err = io.WriteString(w, p.body)
		}
		if err != nil {
			return "", fmt.Errorf("write MIME part %d: %w", i+1, err)
		}
	}
	if err := writer.Close(); err != nil {
		return "", fmt.Errorf("write a MIME archive: %w", err)
	}
	return strings.ReplaceAll(text.String(), "\r", ""), nil
}

func boundary(parts []part) string {
	sum := sha256.New()
	for _, p := range parts {
		for _, name := range slices.Sorted(maps.Keys(p.header)) {
			fmt.Fprintln(sum, name, p.header[name])
		}
		fmt.Fprintln(sum, p.body)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:12])
}
