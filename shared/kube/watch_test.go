package kube

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/slipway-dev/slipway/shared/model"
)

func TestWatchOfCoreKind(t *testing.T) {
	a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		a.event(w, "ADDED", versioned(corePod("p", "", corev1.PodPending), "11"))
		a.event(w, "BOOKMARK", versioned(corev1.Pod{}, "12"))
		a.event(w, "DELETED", versioned(corePod("p", "n", corev1.PodPending), "13"))
		hold(w, r)
	})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var seen []string
	err := a.client(t).WatchPending(ctx, "10", func(e model.WatchEvent[model.Pod]) error {
		seen = append(seen, fmt.Sprint(e.Kind, " ", e.Object.Name, " ", e.ResourceVersion))
		if len(seen) == 3 {
			cancel()
		}
		return nil
	})
	if err != nil {
		t.Errorf("a watch that was cancelled: %v", err)
	}
	if diff := cmp.Diff([]string{"upserted p 11", "bookmark  12", "deleted p 13"}, seen); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}

func TestWatchOfCustomKind(t *testing.T) {
	ended := func(end string) *api {
		return newAPI(t, func(_ *api, w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", typeJSON)
			io.WriteString(w, `{"type":"MODIFIED","object":{"metadata":{"name":"general","resourceVersion":"11"},"spec":{"weight":5}}}
{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"12"}}}
`+end)
		})
	}
	refused := errors.New("enough")
	tests := []struct {
		name  string
		end   string
		stop  error
		check func(error) bool
	}{
		{"the server ends it", "", nil, func(err error) bool { return err == nil }},
		{"the line breaks", `{"type":"ADDED","obj`, nil, func(err error) bool { return model.IsKind(err, model.NoAnswer) }},
		{"too old", `{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}`, nil,
			func(err error) bool { return model.IsKind(err, model.Gone) }},
		{"the handler has enough", "", refused, func(err error) bool { return err == refused }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var seen []model.WatchEvent[model.NodePool]
			err := ended(test.end).client(t).WatchPools(context.Background(), "10", func(e model.WatchEvent[model.NodePool]) error {
				seen = append(seen, e)
				return test.stop
			})
			if !test.check(err) {
				t.Errorf("error: %v", err)
			}
			if seen[0].Object.Name != "general" || seen[0].Object.Weight != 5 || seen[0].ResourceVersion != "11" {
				t.Errorf("seen: %+v", seen)
			}
		})
	}
}

func TestWatchThatIsRefused(t *testing.T) {
	a := newAPI(t, func(_ *api, w http.ResponseWriter, _ *http.Request) { fail(w, 403, metav1.StatusReasonForbidden) })
	err := a.client(t).WatchNodes(context.Background(), "1", func(model.WatchEvent[model.Node]) error { return nil })
	if !model.IsKind(err, model.Denied) {
		t.Errorf("error: %v", err)
	}
}
