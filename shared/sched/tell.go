package sched

import "github.com/slipway-dev/slipway/shared/model"

// tell puts a Kubernetes Event on a pod into the Plan.
func (d *decision) tell(p *model.Pod, warning bool, reason, message string) {
	d.tellRef(p.PodRef, warning, reason, message)
}

func (d *decision) tellRef(p model.PodRef, warning bool, reason, message string) {
	t := &model.TellAction{
		On:      model.EventObject{APIVersion: "v1", Kind: "Pod", Namespace: p.Namespace, Name: p.Name, UID: p.UID},
		Warning: warning,
		Reason:  reason,
		Message: cut(message),
	}
	d.act(model.Action{Key: "tell/" + p.UID + "/" + contentKey(t), Reason: "pod " + p.String() + ": " + t.Message, Tell: t})
}

// maxMessage is how long the API server lets an Event's message be.
const maxMessage = 1024

func cut(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	const more = "..."
	end := maxMessage - len(more)
	for end > 0 && message[end]&0xC0 == 0x80 { // not inside a rune
		end--
	}
	return message[:end] + more
}
