package sched

import (
	"cmp"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

func compareText(a, b string) int { return strings.Compare(a, b) }

func compareRefs(a, b model.PodRef) int {
	return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name), strings.Compare(a.UID, b.UID))
}
