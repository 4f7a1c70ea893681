package require

import (
	"strconv"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// Words is a requirement for people, such as "kubernetes.io/arch In [amd64]". Long lists are cut.
func Words(r model.Requirement) string {
	s := r.Key + " " + string(r.Operator)
	const shown = 5
	switch {
	case len(r.Values) > shown:
		s += " [" + strings.Join(r.Values[:shown], ", ") + ", " + strconv.Itoa(len(r.Values)-shown) + " more]"
	case len(r.Values) > 0:
		s += " [" + strings.Join(r.Values, ", ") + "]"
	}
	return s
}
