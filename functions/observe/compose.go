package observe

import (
	"slices"

	"github.com/slipway-dev/slipway/events"
)

// composePods counts all pods in one event.
func composePods(head func() events.Header, news gathered) []events.Event {
	var pods []events.Pod
	for _, s := range news.subjects {
		pods = append(pods, events.Pod{Namespace: s.namespace, Name: s.name, UID: s.uid})
	}
	return []events.Event{events.NewPodsPending(head(), pods, news.version)}
}

// composeNodes names nodes and claims, as few events as hold them.
func composeNodes(head func() events.Header, news gathered) []events.Event {
	nodes, claims := events.Chunks(news.names(aNode)), events.Chunks(news.names(aClaim))
	var told []events.Event
	for i := range max(len(nodes), len(claims)) {
		told = append(told, events.NewNodeChanged(head(), at(nodes, i), at(claims, i)))
	}
	return told
}

func at(chunks [][]string, i int) []string {
	if i < len(chunks) {
		return chunks[i]
	}
	return nil
}

func composePools(head func() events.Header, news gathered) []events.Event {
	var told []events.Event
	for _, names := range events.Chunks(news.names(aPool)) {
		told = append(told, events.NewPoolChanged(head(), names))
	}
	return told
}

func composeClasses(head func() events.Header, news gathered) []events.Event {
	var told []events.Event
	for _, names := range events.Chunks(news.names(aClass)) {
		told = append(told, events.NewClassChanged(head(), names))
	}
	return told
}

// names are those of the kind, sorted.
func (g gathered) names(kind objectKind) []string {
	var names []string
	for _, s := range g.subjects {
		if s.kind == kind {
			names = append(names, s.name)
		}
	}
	slices.Sort(names)
	return names
}
