package kube

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/slipway-dev/slipway/shared/model"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// pageSize of every LIST.
const pageSize = 500

// resource is where the objects of one kind live in the API and what becomes of them. O is the object as the API
// has it, T as the model has it.
type resource[O, T any] struct {
	plural string // in errors
	path   string
	fields string // selector; empty is all
	items  func(mediaType string, body []byte) ([]O, metav1.ListMeta, error)
	meta   func(*O) (key, resourceVersion string)
	value  func(*O) T
	// drop says which values nobody needs; nil is none.
	drop func(T) bool
}

// accept is protobuf for the kinds that have it.
func (r resource[O, T]) accept() string {
	if _, ok := any(new(O)).(protobufObject); ok {
		return typeProtobuf
	}
	return typeJSON
}

func (r resource[O, T]) query() url.Values {
	q := url.Values{}
	if r.fields != "" {
		q.Set("fieldSelector", r.fields)
	}
	return q
}

func (r resource[O, T]) dropped(v T) bool { return r.drop != nil && r.drop(v) }

// list reads one page. No resource version is asked for, so the first page is consistent: it holds everything that
// was written before the request; the others are of the same moment. Servers from 1.31 on answer from their cache
// after asking etcd how far it has come, 2 ms in all; they ask ten times a second at most, so a list of a kind soon
// after another one of it may take 100 ms.
func list[O, T any](ctx context.Context, c *Client, r resource[O, T], page string) (model.Page[T], error) {
	q := r.query()
	q.Set("limit", strconv.Itoa(pageSize))
	if page != "" {
		q.Set("continue", page)
	}
	op := "list " + r.plural
	mediaType, body, err := c.fetch(ctx, request{op: op, method: http.MethodGet, path: r.path, query: q, accept: r.accept()})
	if err != nil {
		return model.Page[T]{}, err
	}
	objects, meta, err := r.items(mediaType, body)
	if err != nil {
		return model.Page[T]{}, unreadable(op, err)
	}
	answer := model.Page[T]{Items: make([]T, 0, len(objects)), Next: meta.Continue, ResourceVersion: meta.ResourceVersion}
	for i := range objects {
		if v := r.value(&objects[i]); !r.dropped(v) {
			answer.Items = append(answer.Items, v)
		}
	}
	return answer, nil
}

// get reads one object.
func get[O, T any](ctx context.Context, c *Client, r resource[O, T], name string) (T, error) {
	var object O
	var none T
	err := c.do(ctx, request{
		op: "get " + r.plural + " " + name, method: http.MethodGet,
		path: r.path + "/" + url.PathEscape(name), accept: r.accept(),
	}, &object)
	if err != nil {
		return none, err
	}
	return r.value(&object), nil
}
