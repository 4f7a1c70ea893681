package ledger

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// update puts an update expression together. Every name goes in by a placeholder, since marks have characters in
// theirs that an expression can't hold, and any word may be reserved.
type update struct {
	names  map[string]string
	values map[string]types.AttributeValue
	parts  map[string][]string // by verb: SET, ADD, REMOVE, DELETE
}

func newUpdate() *update {
	return &update{names: map[string]string{}, values: item{}, parts: map[string][]string{}}
}

func (u *update) set(name string, value types.AttributeValue) *update {
	return u.part("SET", u.name(name)+" = "+u.value(value))
}

// setOnce sets the attribute unless it is there.
func (u *update) setOnce(name string, value types.AttributeValue) *update {
	n := u.name(name)
	return u.part("SET", n+" = if_not_exists("+n+", "+u.value(value)+")")
}

// add adds to a number or puts into a set, either made when missing.
func (u *update) add(name string, value types.AttributeValue) *update {
	return u.part("ADD", u.name(name)+" "+u.value(value))
}

func (u *update) remove(name string) *update { return u.part("REMOVE", u.name(name)) }

// take takes out of a set.
func (u *update) take(name string, value types.AttributeValue) *update {
	return u.part("DELETE", u.name(name)+" "+u.value(value))
}

func (u *update) part(verb, part string) *update {
	u.parts[verb] = append(u.parts[verb], part)
	return u
}

// name is the placeholder of an attribute's name, one for each attribute.
func (u *update) name(attribute string) string {
	for placeholder, named := range u.names {
		if named == attribute {
			return placeholder
		}
	}
	placeholder := "#n" + strconv.Itoa(len(u.names))
	u.names[placeholder] = attribute
	return placeholder
}

// value is the placeholder of a value.
func (u *update) value(v types.AttributeValue) string {
	placeholder := ":v" + strconv.Itoa(len(u.values))
	u.values[placeholder] = v
	return placeholder
}

// expression is the whole update expression.
func (u *update) expression() *string {
	var clauses []string
	for _, verb := range []string{"SET", "ADD", "REMOVE", "DELETE"} {
		if parts := u.parts[verb]; len(parts) > 0 {
			clauses = append(clauses, verb+" "+strings.Join(parts, ", "))
		}
	}
	e := strings.Join(clauses, " ")
	return &e
}
