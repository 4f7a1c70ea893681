package scenario

import "encoding/json"

// getCRD reads what the API server answers to GET on a path.
func (r *run) getCRD(path string, into any) error {
	raw, err := r.env.Client.CoreV1().RESTClient().Get().AbsPath(path).DoRaw(r.ctx)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}
