package kube

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// maxMessage is the API's limit on an Event's message, in bytes.
const maxMessage = 1024

// CreateEvent tells the people who look at an object. Decisions repeat themselves every minute, so an Event's name
// is made of what it says: saying it again while the first one is kept (an hour on EKS) makes none, and is no error.
func (c *Client) CreateEvent(ctx context.Context, tell model.TellAction, now time.Time, component string) error {
	event := newEvent(tell, now, component)
	err := c.write(ctx, request{
		op: "create Event on " + tell.On.Kind + " " + tell.On.Name, method: http.MethodPost, bodyType: typeJSON,
		path: "/api/v1/namespaces/" + url.PathEscape(event.Namespace) + "/events",
	}, event, nil)
	if model.IsKind(err, model.AlreadyExists) {
		return nil
	}
	return err
}

func newEvent(tell model.TellAction, now time.Time, component string) corev1.Event {
	kind := corev1.EventTypeNormal
	if tell.Warning {
		kind = corev1.EventTypeWarning
	}
	namespace := cmp.Or(tell.On.Namespace, metav1.NamespaceDefault) // where cluster-scoped objects' Events are
	return corev1.Event{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Event"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: eventName(tell, component)},
		InvolvedObject: corev1.ObjectReference{
			APIVersion: tell.On.APIVersion,
			Kind:       tell.On.Kind,
			Namespace:  tell.On.Namespace,
			Name:       tell.On.Name,
			UID:        types.UID(tell.On.UID),
		},
		Type:                kind,
		Reason:              tell.Reason,
		Message:             shortened(tell.Message),
		Source:              corev1.EventSource{Component: component},
		ReportingController: component,
		ReportingInstance:   component,
		FirstTimestamp:      metav1.NewTime(now),
		LastTimestamp:       metav1.NewTime(now),
		Count:               1,
	}
}

func eventName(tell model.TellAction, component string) string {
	said := fmt.Sprintf("%q", []string{
		component, tell.On.Kind, tell.On.UID, tell.On.Name, tell.Reason, tell.Message, fmt.Sprint(tell.Warning),
	})
	sum := sha256.Sum256([]byte(said))
	name := tell.On.Name[:min(len(tell.On.Name), 230)] // names end at 253
	return name + "." + hex.EncodeToString(sum[:8])
}

// shortened cuts a message to what an Event holds, between characters.
func shortened(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	const more = "..."
	end := 0
	for i := range message {
		if i > maxMessage-len(more) {
			break
		}
		end = i
	}
	return message[:end] + more
}
