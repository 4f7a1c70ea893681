package fake

import "reflect"

// clone is v with nothing shared with it. It is what copied is for values that are copied very often; it keeps the
// difference between nil and empty.
func clone[T any](v T) T {
	out := reflect.New(reflect.TypeFor[T]()).Elem()
	deep(out, reflect.ValueOf(v))
	return out.Interface().(T)
}

func deep(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.Slice:
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			deep(to.Index(i), from.Index(i))
		}
	case reflect.Map:
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeMapWithSize(from.Type(), from.Len()))
		for entries := from.MapRange(); entries.Next(); {
			value := reflect.New(from.Type().Elem()).Elem()
			deep(value, entries.Value())
			to.SetMapIndex(entries.Key(), value)
		}
	case reflect.Pointer:
		if from.IsNil() {
			return
		}
		to.Set(reflect.New(from.Type().Elem()))
		deep(to.Elem(), from.Elem())
	case reflect.Struct:
		to.Set(from) // unexported fields, such as time.Time's, are never changed in place
		for i := range from.NumField() {
			if from.Type().Field(i).IsExported() {
				deep(to.Field(i), from.Field(i))
			}
		}
	default:
		to.Set(from)
	}
}
