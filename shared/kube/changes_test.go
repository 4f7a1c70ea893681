package kube

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/slipway-dev/slipway/shared/model"
)

func versioned(pod corev1.Pod, version string) *corev1.Pod {
	pod.ResourceVersion = version
	return &pod
}

func TestChangesAreDrained(t *testing.T) {
	t.Parallel()
	var asked string
	closed := make(chan struct{})
	a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		asked = r.URL.RequestURI()
		run := func(name string) corev1.Pod { return corePod(name, "n", corev1.PodRunning) }
		a.event(w, "ADDED", versioned(run("stays"), "11"))
		a.event(w, "ADDED", versioned(run("comes-and-goes"), "12"))
		a.event(w, "DELETED", versioned(run("goes-and-comes"), "13"))
		moved := run("stays")
		moved.Spec.NodeName = "m"
		a.event(w, "MODIFIED", versioned(moved, "14"))
		a.event(w, "DELETED", versioned(run("comes-and-goes"), "15"))
		a.event(w, "ADDED", versioned(run("goes-and-comes"), "16"))
		a.event(w, "MODIFIED", versioned(corePod("ends", "n", corev1.PodSucceeded), "17"))
		a.event(w, "BOOKMARK", versioned(corev1.Pod{}, "20"))
		hold(w, r)
		close(closed)
	})
	got, err := a.client(t).PodChanges(context.Background(), "10")
	if err != nil {
		t.Fatal(err)
	}
	<-closed // the stream does not stay open
	var upserted []string
	for _, p := range got.Upserted {
		upserted = append(upserted, p.Name+" on "+p.NodeName)
	}
	if diff := cmp.Diff([]string{"stays on m", "goes-and-comes on n"}, upserted); diff != "" {
		t.Errorf("upserted (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"default/comes-and-goes", "default/ends"}, got.Deleted); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
	if got.ResourceVersion != "20" {
		t.Errorf("resource version %s", got.ResourceVersion)
	}
	want := "/api/v1/pods?allowWatchBookmarks=true&fieldSelector=spec.nodeName%21%3D%2Cstatus.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed&resourceVersion=10&watch=1"
	if asked != want {
		t.Errorf("asked %s", asked)
	}
}

func TestNoChanges(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(http.ResponseWriter, *http.Request){
		"the stream stays open": hold,
		"the stream ends":       func(http.ResponseWriter, *http.Request) {},
		"the stream breaks":     func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte{0, 0}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", typeProtobuf+";stream=watch")
				end(w, r)
			})
			got, err := a.client(t).NodeChanges(context.Background(), "10")
			if err != nil || got.ResourceVersion != "10" || len(got.Upserted)+len(got.Deleted) > 0 {
				t.Errorf("changes: %+v, %v", got, err)
			}
		})
	}
}

func TestChangesThatAreGone(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]func(*api, http.ResponseWriter, *http.Request){
		"as the answer": func(_ *api, w http.ResponseWriter, _ *http.Request) { fail(w, 410, metav1.StatusReasonExpired) },
		"as an event": func(a *api, w http.ResponseWriter, r *http.Request) {
			a.event(w, "ERROR", &metav1.Status{
				TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Code: 410, Reason: metav1.StatusReasonExpired, Message: "too old",
			})
			hold(w, r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, handle)
			if _, err := a.client(t).DaemonSetChanges(context.Background(), "1"); !model.IsKind(err, model.Gone) {
				t.Errorf("error: %v", err)
			}
		})
	}
}

func TestChangesWithoutEndStopInTime(t *testing.T) {
	t.Parallel()
	a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			a.event(w, "MODIFIED", versioned(corePod("busy", "n", corev1.PodRunning), "11"))
		}
	})
	c := a.client(t)
	c.options.Timeout = 3 * time.Second
	got, err := c.PodChanges(context.Background(), "10")
	if err != nil || len(got.Upserted) != 1 || got.ResourceVersion != "11" {
		t.Errorf("changes: %+v, %v", got, err)
	}
}
