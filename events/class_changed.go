package events

// KindClassChanged: EC2NodeClasses were created, changed in their spec, or deleted. observe
// publishes it; catalog is woken by it.
const KindClassChanged = "Class Changed"

// ClassChanged is the detail of KindClassChanged.
type ClassChanged struct {
	Header
	Classes []string `json:"classes"` // names of EC2NodeClasses, at least one
}

func classChanged() Kind {
	return ours[ClassChanged](`{"source":["slipway"],"detail-type":["Class Changed"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewClassChanged is a ClassChanged. More than MaxNames go through Chunks first.
func NewClassChanged(head Header, classes []string) ClassChanged {
	return ClassChanged{Header: head, Classes: classes}
}

// Kind implements Event.
func (ClassChanged) Kind() string { return KindClassChanged }

func (e ClassChanged) check() error { return checkNames("classes", e.Classes) }
