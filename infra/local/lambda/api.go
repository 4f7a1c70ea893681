package lambda

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// api is the Runtime API of one process.
type api struct {
	name string
	mux  *http.ServeMux
	work chan invocation
	// ready has an element each time the process asks for work.
	ready      chan struct{}
	initFailed chan error
	closed     chan struct{}

	mu      sync.Mutex
	count   int
	pending map[string]chan answer
}

type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
}

type answer struct {
	body []byte
	err  error
}

func newAPI(name string) *api {
	a := &api{
		name: name, mux: http.NewServeMux(), work: make(chan invocation),
		ready: make(chan struct{}, 1), initFailed: make(chan error, 1), closed: make(chan struct{}), pending: map[string]chan answer{},
	}
	const base = "/2018-06-01/runtime/"
	a.mux.HandleFunc("GET "+base+"invocation/next", a.next)
	a.mux.HandleFunc("POST "+base+"invocation/{id}/response", a.response)
	a.mux.HandleFunc("POST "+base+"invocation/{id}/error", a.failure)
	a.mux.HandleFunc("POST "+base+"init/error", a.initError)
	return a
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// give hands the payload to the process; the channel gets its answer.
func (a *api) give(payload []byte, deadline time.Time) <-chan answer {
	done := make(chan answer, 1)
	a.mu.Lock()
	a.count++
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", a.count)
	a.pending[id] = done
	a.mu.Unlock()
	go func() {
		select {
		case a.work <- invocation{id, payload, deadline}:
		case <-a.closed:
		}
	}()
	return done
}

func (a *api) next(w http.ResponseWriter, r *http.Request) {
	select {
	case a.ready <- struct{}{}:
	default:
	}
	select {
	case i := <-a.work:
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", i.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:local:000000000000:function:"+a.name)
		w.Write(i.payload)
	case <-r.Context().Done():
	}
}

func (a *api) response(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	a.settle(r.PathValue("id"), answer{body, err})
	w.WriteHeader(http.StatusAccepted)
}

func (a *api) failure(w http.ResponseWriter, r *http.Request) {
	a.settle(r.PathValue("id"), answer{err: readError(r.Body)})
	w.WriteHeader(http.StatusAccepted)
}

func (a *api) initError(w http.ResponseWriter, r *http.Request) {
	select {
	case a.initFailed <- readError(r.Body):
	default:
	}
	w.WriteHeader(http.StatusAccepted)
}

func (a *api) settle(id string, result answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if done := a.pending[id]; done != nil {
		done <- result
		delete(a.pending, id)
	}
}

func readError(body io.Reader) error {
	var e struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}
	if err := json.NewDecoder(body).Decode(&e); err != nil {
		return &FunctionError{"Unknown", err.Error()}
	}
	return &FunctionError{e.Type, e.Message}
}
