package kube

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/slipway-dev/slipway/shared/model"
)

// Media types of the API.
const (
	typeJSON       = "application/json"
	typeProtobuf   = "application/vnd.kubernetes.protobuf"
	typeMergePatch = "application/merge-patch+json"
)

// request to the API server.
type request struct {
	op     string // for errors, such as "list pods"
	method string
	path   string // escaped, from the root
	query  url.Values
	accept string
	body   []byte
	// bodyType is the media type of the body.
	bodyType string
}

// fetch sends r and returns the whole answer.
func (c *Client) fetch(ctx context.Context, r request) (mediaType string, body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	response, err := c.send(ctx, r)
	if err != nil {
		return "", nil, err
	}
	defer response.Body.Close()
	body, err = readAll(response)
	if err != nil {
		return "", nil, &model.Error{Kind: model.NoAnswer, Op: r.op, Err: err}
	}
	return mediaTypeOf(response), body, nil
}

// do sends r and decodes the answer into into.
func (c *Client) do(ctx context.Context, r request, into any) error {
	mediaType, body, err := c.fetch(ctx, r)
	if err != nil {
		return err
	}
	if err := decode(mediaType, body, into); err != nil {
		return unreadable(r.op, err)
	}
	return nil
}

// unreadable is the error of an answer that is not what was asked for: a proxy's page, half an object.
func unreadable(op string, err error) *model.Error {
	return &model.Error{Kind: model.NoAnswer, Op: op, Err: fmt.Errorf("answer: %w", err)}
}

// send sends r and returns the answer of a success, whose body the caller closes. A refused certificate or token
// is asked for anew, once.
func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	response, refused, err := c.sendOnce(ctx, r)
	if refused {
		response, _, err = c.sendOnce(ctx, r)
	}
	return response, err
}

// sendOnce reports as well whether the request was refused before it could have done anything.
func (c *Client) sendOnce(ctx context.Context, r request) (response *http.Response, refused bool, err error) {
	to, err := c.connect(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", r.op, err)
	}
	token, err := c.options.Token(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("%s: token: %w", r.op, err)
	}
	message, err := c.message(ctx, to, token, r)
	if err != nil {
		return nil, false, &model.Error{Kind: model.Invalid, Op: r.op, Err: err}
	}
	response, err = to.transport.RoundTrip(message)
	if err != nil {
		if refused = misdirected(err); refused {
			c.refuse(to)
		}
		return nil, refused, &model.Error{Kind: model.NoAnswer, Op: r.op, Err: err}
	}
	if response.StatusCode < 300 {
		return response, false, nil
	}
	defer response.Body.Close()
	if refused = response.StatusCode == http.StatusUnauthorized; refused {
		c.refuse(to)
	}
	return nil, refused, answerError(r.op, response)
}

func (c *Client) message(ctx context.Context, to *connection, token string, r request) (*http.Request, error) {
	target := to.base.JoinPath(r.path)
	target.RawQuery = r.query.Encode()
	message, err := http.NewRequestWithContext(ctx, r.method, target.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	message.Header.Set("Authorization", "Bearer "+token)
	message.Header.Set("User-Agent", c.options.Agent)
	message.Header.Set("Accept", r.accept)
	if r.body != nil {
		message.Header.Set("Content-Type", r.bodyType)
	}
	return message, nil
}

// write sends a body of JSON and decodes the object that comes back into into, unless that is nil.
func (c *Client) write(ctx context.Context, r request, body, into any) error {
	var err error
	if r.body, err = json.Marshal(body); err != nil {
		return &model.Error{Kind: model.Invalid, Op: r.op, Err: err}
	}
	if r.accept == "" {
		r.accept = typeJSON
	}
	if into == nil {
		_, _, err = c.fetch(ctx, r)
		return err
	}
	return c.do(ctx, r, into)
}

func readAll(response *http.Response) ([]byte, error) {
	var b bytes.Buffer
	if n := response.ContentLength; n > 0 && n < 64<<20 {
		b.Grow(int(n) + bytes.MinRead)
	}
	_, err := io.Copy(&b, response.Body)
	return b.Bytes(), err
}
