package runtime_test

import (
	"reflect"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

func TestArgsType(t *testing.T) {
	var set kinds.Signals
	for _, test := range []struct {
		signal AnySignal
		want   reflect.Type
	}{
		{&set.Started, reflect.TypeFor[kinds.Started]()},
		{&set.Noted, reflect.TypeFor[kinds.Noted]()},
		{&set.Ticked, reflect.TypeFor[kinds.TickedArgs]()},
		{struct{ AnySignal }{&set.Ticked}, nil},
	} {
		if got := ArgsType(test.signal); got != test.want {
			t.Errorf("%T: found %v, want %v", test.signal, got, test.want)
		}
	}
}
