package peers

// Missing are libraries that could not be measured: the Go module proxy refused to list
// their versions when these benchmarks were written.
var Missing = []string{
	"github.com/gookit/event",
	"github.com/jilio/ebu",
	"github.com/kelindar/event",
	"github.com/maniartech/signals",
	"github.com/mustafaturan/bus",
	"github.com/olebedev/emitter",
	"github.com/quasilyte/gsignal",
	"github.com/simonfxr/pubsub",
}
