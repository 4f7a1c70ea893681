package kube

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
)

// protobufMagic precedes every object in the API's protobuf encoding; a runtime.Unknown follows that holds it.
const protobufMagic = "k8s\x00"

// protobufObject is what the generated types of k8s.io/api are.
type protobufObject interface{ Unmarshal([]byte) error }

// decode reads one object as the API sends it.
func decode(mediaType string, body []byte, into any) error {
	if mediaType != typeProtobuf {
		return json.Unmarshal(body, into)
	}
	object, ok := into.(protobufObject)
	if !ok {
		return fmt.Errorf("protobuf for a %T", into)
	}
	if !strings.HasPrefix(string(body[:min(len(body), len(protobufMagic))]), protobufMagic) {
		return errors.New("not the API's protobuf")
	}
	var envelope runtime.Unknown
	if err := envelope.Unmarshal(body[len(protobufMagic):]); err != nil {
		return err
	}
	return object.Unmarshal(envelope.Raw)
}

// mediaTypeOf an answer, without parameters.
func mediaTypeOf(response *http.Response) string {
	t, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}
